/** Whether `name` stands for many: `*` is any characters, `?` any one. */
export function isPattern(name: string): boolean {
  return /[*?]/.test(name)
}

/**
 * Whether `pattern` stands for `name`, as in a shell: a name that begins with a dot is meant only by a pattern that
 * does. The time it takes grows with the product of both lengths at most.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  let [at, from, star, behindStar] = [0, 0, -1, 0]
  while (at < name.length) {
    const wanted = pattern[from]
    if (wanted === '*') {
      // It takes nothing at first, and one character more each time that what follows does not fit.
      star = from++
      behindStar = at
    } else if (wanted === '?' || wanted === name[at]) {
      from++
      at++
    } else {
      if (star === -1) return false
      from = star + 1
      at = ++behindStar
    }
  }
  return /^\**$/.test(pattern.slice(from))
}
