import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { cases } from './cases.js'
import { gateways } from './gateways.js'
import { chosen, count, readOptions, WrongOption } from './options.js'

export const usage = `npm run bench -- [options]

All cases with all gateways that are installed, unless told otherwise. It takes about half an hour.

  --rounds N           rounds of every gateway, interleaved; the best of each counts (6)
  --seconds S          how long the load runs in each (2)
  --case NAME,...      ${cases.map(({ name }) => name).join(', ')}, or all (all)
  --latency            the cases added and steady, with those that --case names
  --only GATEWAY,...   all that are installed, or some of
${gateways.map(({ name }) => `                       ${name}`).join('\n')}
  --with-npm-peers     it is an error if http-proxy and fast-proxy cannot be installed
  --no-npm-peers       they are not installed if they are not there yet
  --markdown FILE      what is printed goes there too, for RESULTS.md
  --json FILE          all figures of all rounds
  --help

The status is 0 when all was measured, kept or missed; 1 when something failed, 2 when an option is wrong.`

/** @typedef {ReturnType<typeof benchOptions>} Options */

/**
 * @param {readonly string[]} argv
 * @throws {WrongOption}
 */
export function benchOptions(argv) {
  const { text, given } = readOptions(argv, {
    rounds: 'string',
    seconds: 'string',
    case: 'string',
    latency: 'boolean',
    only: 'string',
    'with-npm-peers': 'boolean',
    'no-npm-peers': 'boolean',
    markdown: 'string',
    json: 'string',
    help: 'boolean',
  })
  return {
    rounds: count('rounds', text('rounds', '6'), 1, 100),
    seconds: count('seconds', text('seconds', '2'), 1, 60),
    cases: chosen('case', caseNames(text('case', ''), given('latency')), cases),
    gateways: chosen('only', text('only', 'all'), gateways),
    npmPeers: given('with-npm-peers') ? 'must' : given('no-npm-peers') ? 'as they are' : 'try',
    markdown: fileToWrite('markdown', text('markdown', '')),
    json: fileToWrite('json', text('json', '')),
    help: given('help'),
  }
}

/** @param {string} named @param {boolean} latency */
function caseNames(named, latency) {
  const names = [named, latency ? 'added,steady' : ''].filter((part) => part !== '')
  return names.length === 0 || named === 'all' ? 'all' : names.join(',')
}

/** Better said now than when all has been measured. @param {string} option @param {string} file */
function fileToWrite(option, file) {
  if (file === '') return ''
  try {
    accessSync(dirname(file), constants.W_OK)
  } catch {
    throw new WrongOption(`--${option}: ${file} cannot be written`)
  }
  return file
}
