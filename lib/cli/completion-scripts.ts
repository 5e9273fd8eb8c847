/**
 * The scripts by the name of their shell. Each asks `railscale complete`, whose first line says what fits: `files`,
 * or `words` with one on each line behind it. What comes back is text to the script and never a part of one: some of
 * it is from a routes file, which may be somebody else's.
 */
export const completionScripts = {
  bash: String.raw`# Completion of railscale in bash. In ~/.bashrc:
#   eval "$(railscale completion bash)"
_railscale_completion() {
  local kind='' candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [[ -z $kind ]]; then kind=$candidate; else COMPREPLY+=("$candidate"); fi
  done < <(railscale complete bash -- "$2" "${'${COMP_LINE:0:COMP_POINT}'}" 2>/dev/null </dev/null)
  [[ $kind == files ]] || compopt +o default 2>/dev/null
  return 0
}
complete -o default -F _railscale_completion railscale
`,
  zsh: String.raw`#compdef railscale
# Completion of railscale in zsh. In ~/.zshrc, behind compinit:
#   source <(railscale completion zsh)
_railscale() {
  local output
  local -a answer
  output=$(railscale complete zsh -- "${'${(@Q)words[2,CURRENT]}'}" 2>/dev/null </dev/null)
  answer=("${'${(@f)output}'}")
  if [[ $answer[1] == files ]]; then
    [[ $PREFIX == --*=* ]] && compset -P 1 '*='
    _files
  elif (( $#answer > 1 )); then
    answer=("${'${(@)answer[2,-1]}'}")
    compadd -a answer
  fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _railscale "$@"
else
  compdef _railscale railscale
fi
`,
  fish: String.raw`# Completion of railscale in fish:
#   railscale completion fish > ~/.config/fish/completions/railscale.fish
function __railscale_completion
    set -l before (commandline -opc)
    set -e before[1]
    set -l current (commandline -ct)
    set -l answer (railscale complete fish -- $before "$current" 2>/dev/null </dev/null)
    if test "$answer[1]" = files
        set -l option (string match -r -- '^--[a-z-]+=' "$current")
        for path in (__fish_complete_path (string replace -r -- '^--[a-z-]+=' '' "$current"))
            printf '%s\n' "$option$path"
        end
    else if set -q answer[2]
        printf '%s\n' $answer[2..-1]
    end
end
complete -c railscale -f -a '(__railscale_completion)'
`,
} as const

export type CompletedShell = keyof typeof completionScripts

export const completedShells = Object.keys(completionScripts) as CompletedShell[]
