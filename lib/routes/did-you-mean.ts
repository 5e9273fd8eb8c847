import leven from 'leven'

/** `did you mean "strip"?` for the one of `words` that `text` was probably meant to be, else ''. */
export function didYouMean(text: string, words: readonly string[]): string {
  const word = nearestWord(text, words)
  return word === undefined ? '' : `did you mean "${word}"?`
}

/** The one of `words` that `text` was probably meant to be; undefined if none comes near. */
export function nearestWord(text: string, words: readonly string[]): string | undefined {
  let best: string | undefined
  // Something of the text has to be left, or any letter would be taken for any other.
  let allowed = Math.min(text.length - 1, Math.max(1, Math.floor(text.length / 3)))
  for (const word of words) {
    // The lengths alone tell most words apart, and comparing long texts takes long.
    if (Math.abs(word.length - text.length) > allowed) continue
    const distance = leven(text.toLowerCase(), word.toLowerCase())
    if (distance <= allowed) [best, allowed] = [word, distance - 1]
  }
  return best
}
