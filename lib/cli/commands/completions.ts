/** The command `completions`: scripts for shells. What is proposed, the program itself knows, by the hidden command `complete`. */

import type { Call, Command } from "./command.ts";

/** The shells for which there is a script. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A shell for which there is a script. */
export type Shell = typeof SHELLS[number];

/** The command `completions`. */
export const completionsCommand: Command = {
  name: "completions",
  brief: "Print a script that lets a shell complete commands and flags",
  details: "The program must be in the PATH under its name, as the compiled executable is.",
  examples: [
    ["completions bash > ~/.local/share/bash-completion/completions/NAME", "for bash, from the next shell on"],
    ["completions zsh > ~/.zfunc/_NAME", "for zsh, with ~/.zfunc in fpath before compinit"],
    ["completions fish > ~/.config/fish/completions/NAME.fish", "for fish"],
  ],
  flags: {},
  hasOwnFlags: false,
  argument: { placeholder: "SHELL", brief: "bash, zsh or fish", choices: SHELLS },
  run: ({ argument, name, system }: Call) => system.out(SCRIPTS[argument as Shell](name)),
};

/**
 * The words before the cursor are passed on as they are, never read again by the shell. Where nothing is proposed, a file
 * may be meant.
 */
const SCRIPTS: Readonly<Record<Shell, (name: string) => string>> = {
  bash: (name) =>
    `# Completions of ${name} for bash.
_${name}_completions() {
  local proposal
  COMPREPLY=()
  while IFS= read -r proposal; do COMPREPLY+=("$proposal"); done < <(
    "\${COMP_WORDS[0]}" complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null </dev/null
  )
}
complete -o default -F _${name}_completions ${name}
`,
  zsh: (name) =>
    `#compdef ${name}
# Completions of ${name} for zsh.
_${name}() {
  local -a proposals
  proposals=("\${(@f)$("\${words[1]}" complete zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  if [[ -n "\${proposals[1]}" ]]; then _describe ${name} proposals; else _files; fi
}
if [[ "\${funcstack[1]}" == "_${name}" ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`,
  fish: (name) =>
    `# Completions of ${name} for fish.
function __${name}_complete
    set -l words (commandline -opc)
    set -l proposals ($words[1] complete fish -- $words[2..-1] (commandline -ct) 2>/dev/null </dev/null)
    if test (count $proposals) -gt 0
        printf '%s\\n' $proposals
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c ${name} -f -a '(__${name}_complete)'
`,
};
