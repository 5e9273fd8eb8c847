import { asciiJson } from './ascii-json.js'
import { codeOf, type CheckMistake, type CheckReport } from './check-report.js'
import { exitCodes } from './exit-codes.js'
import { dialFailure } from './live-check-words.js'
import type { LiveOrigin } from './live-check.js'

/**
 * A report for programs: one object on one line, with stable keys.
 *
 *     ok        whether the exit code is 0
 *     files     every file that was read, as mistakes name them
 *     routes    how many there are
 *     tests     { passed, failed }
 *     mistakes  [{ severity, kind, file, line, column, length, message, help }]; lines and columns count from 1, in
 *               characters, and are 0 where a mistake is about the whole file; kind is routes, test, or a lint
 *     live      [{ origin, routes, file, line, answers, address, name_seconds, tcp_seconds, tls_seconds,
 *               certificate_expires, error }], empty without --live; routes are names, file and line those of the
 *               route with the shortest time-out; null is what was not needed or not reached; error is null or
 *               { code, message, help }
 */
export function jsonReport(report: CheckReport): string {
  const { files, routes, tests, mistakes, live = [] } = report
  const ok = codeOf(report) === exitCodes.fine.code
  const text = asciiJson({
    ok,
    files,
    routes,
    tests,
    mistakes: mistakes.map(mistakeFields),
    live: live.map(liveFields),
  })
  return `${text}\n`
}

function mistakeFields({ severity, kind, place, message, help }: CheckMistake): object {
  const { file, line, column, length } = place
  return { severity, kind, file, line, column, length, message, help }
}

function liveFields({ origin, route, routes, dial }: LiveOrigin): object {
  const { error, address, nameMs, tcpMs, tlsMs, certificateEnds } = dial
  return {
    origin: origin.text,
    routes: routes.map(({ name }) => name),
    file: route.place.file,
    line: route.place.line,
    answers: error === undefined,
    address: address === '' ? null : address,
    name_seconds: seconds(nameMs),
    tcp_seconds: seconds(tcpMs),
    tls_seconds: seconds(tlsMs),
    certificate_expires: certificateEnds?.toISOString() ?? null,
    error: error === undefined ? null : { code: error.code, ...dialFailure(error, origin.text) },
  }
}

function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : Number((ms / 1_000).toFixed(6))
}
