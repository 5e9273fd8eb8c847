import { slowFaults } from '../../fixtures/fault-matrix/origin-faults.js'
import { checkOrigin } from '../../fixtures/fault-matrix/origin-scene.js'
import { requestKinds } from '../../fixtures/fault-matrix/request-kinds.js'

for (const fault of slowFaults) {
  for (const kind of requestKinds) {
    checkOrigin(fault, kind, false)
    checkOrigin(fault, kind, true)
  }
}
