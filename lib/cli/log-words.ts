import { printable } from '../routes/mistake.js'

/** What the codes of errors of files mean, said of the file; `slow` is ours. */
const meanings: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written to',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'it is as long as a file may be',
  EIO: 'the disk fails',
  EISDIR: 'it is a folder',
  EMFILE: 'the process may open no more files (ulimit -n)',
  ENOENT: 'its folder does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'its folder is none',
  ENXIO: 'nobody reads from it',
  EPERM: 'it may not be written to',
  EPIPE: 'whoever read from it has gone',
  EROFS: 'the disk is read-only',
}

/** `the disk is full (ENOSPC)`. */
export function causeText(code: string): string {
  const meaning = Object.hasOwn(meanings, code) ? meanings[code] : undefined
  return meaning === undefined ? code : `${meaning} (${code})`
}

/** Lines of the log in `file` are dropped from now on. */
export function troubleText(file: string, code: string): string {
  const what =
    code === 'slow'
      ? `${printable(file)} takes the log too slowly: lines that do not fit are dropped`
      : `${printable(file)} cannot be written to, ${causeText(code)}: the log is dropped meanwhile`
  return `railscale: ${what}\n`
}

/** That is over. @param file '' for standard error */
export function troubleOverText(file: string, lines: number): string {
  const count = lines === 1 ? '1 line' : `${lines} lines`
  return `railscale: ${count} of the log${file === '' ? '' : ` in ${printable(file)}`} ${lines === 1 ? 'was' : 'were'} dropped\n`
}

/** The file of the log could not be opened again. */
export function notReopenedText(file: string, code: string): string {
  return `railscale: ${printable(file)} cannot be opened again, ${causeText(code)}: the log goes on in the file of before\n`
}
