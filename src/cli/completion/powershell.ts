import type { TypedCommand } from "./tree.ts";

/** A completion for PowerShell: `squall completion powershell | Out-String | Invoke-Expression`. */
export function powershellCompletion(commands: readonly TypedCommand[]): string {
  return `# squall completion powershell
Register-ArgumentCompleter -Native -CommandName squall -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $below = @{
${commands.map(({ path, words }) => `    ${quoted(path)} = @(${words.map(({ text }) => quoted(text)).join(", ")})`).join("\n")}
  }
  $flags = @{
${commands.map(({ path, options }) => `    ${quoted(path)} = @(${options.map(({ long }) => quoted(long)).join(", ")})`).join("\n")}
  }
  $values = @{
${commands.flatMap(valueLines).join("\n")}
  }
  $typed = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  if ($typed -contains '--') { return }
  $at = 'squall'
  foreach ($word in ($typed | Select-Object -Skip 1)) { if ($below.ContainsKey("$at $word")) { $at = "$at $word" } }
  $previous = if ($typed.Count -gt 1) { $typed[-1] } else { '' }
  $found = if ($values.ContainsKey("$at $previous")) { $values["$at $previous"] }
    elseif ($wordToComplete.StartsWith('-')) { $flags[$at] }
    else { $below[$at] }
  $found | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}

function valueLines({ path, options }: TypedCommand): string[] {
  return options
    .filter(({ values }) => values.length > 0)
    .map(({ long, values }) => `    ${quoted(`${path} ${long}`)} = @(${values.map(quoted).join(", ")})`);
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
