import {
  brokenChunks,
  brokenOffAnswers,
  framedTwice,
  gluedAnswers,
  splitHeads,
} from '../../fixtures/smuggling/response-attacks.js'
import { testResponses } from '../../fixtures/smuggling/response-run.js'

testResponses({
  'responses with two framings': framedTwice,
  'response heads that are none': splitHeads,
  'chunks of a response that are none': brokenChunks,
  'responses that break off': brokenOffAnswers,
  'responses with another one behind': gluedAnswers,
})
