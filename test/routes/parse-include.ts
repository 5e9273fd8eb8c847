import t from 'tap'
import { proveCases } from '../../fixtures/routes/routes-cases.js'

proveCases(t, 'include')
