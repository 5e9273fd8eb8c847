import leven from 'leven'

/** `did you mean "strip"?` for the one of `words` that `text` was probably meant to be, else ''. */
export function didYouMean(text: string, words: readonly string[]): string {
  let best = ''
  let bestDistance = Math.max(1, Math.floor(text.length / 3)) + 1
  for (const word of words) {
    const distance = leven(text.toLowerCase(), word.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [word, distance]
  }
  return best === '' ? '' : `did you mean "${best}"?`
}
