using System.Globalization;

namespace LinearTransformers.Cli.Completion;

/// <summary>A shell and the script that completes the program's command lines in it.</summary>
/// <param name="Shell">Its name.</param>
/// <param name="Install">How the script is put to use.</param>
/// <param name="Write">The script.</param>
internal sealed record CompletionScript(string Shell, string Install, Func<CompletionTree, string> Write);

/// <summary>All shells. A new one is registered here.</summary>
internal static class CompletionScripts
{
    public static IReadOnlyList<CompletionScript> All { get; } =
    [
        new("bash", "source <(lintf completion bash), in ~/.bashrc", Bash),
        new("zsh", "source <(lintf completion zsh), in ~/.zshrc after compinit", Zsh),
        new("powershell", "lintf completion powershell | Out-String | Invoke-Expression, in $PROFILE", PowerShell),
    ];

    /// <summary>
    /// An option's value, if the word before is such an option; an option, if a dash is there; otherwise what can stand at
    /// that place behind the command.
    /// </summary>
    private static string Bash(CompletionTree tree) => $$"""
        # source <(lintf completion bash), in ~/.bashrc
        _lintf() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=lintf place=0 known= kind= i
            COMPREPLY=()
            for ((i = 1; i < COMP_CWORD; i++)); do
                case "$command ${COMP_WORDS[i]}" in
                    {{Commands(tree)}}) command="$command ${COMP_WORDS[i]}" ;;
                    {{Options(tree)}})
                        if [[ ${COMP_WORDS[i+1]-} == '=' ]]; then i=$((i + 1)); fi
                        i=$((i + 1)) ;;
                    *' -'*) ;;
                    *) place=$((place + 1)) ;;
                esac
            done
            if [[ $previous == '=' ]]; then previous=${COMP_WORDS[COMP_CWORD-2]}; fi
            if [[ $current == '=' ]]; then current=; fi
            case "$command $previous" in
        {{Lines(tree.Values, pair => $"        '{pair.Option}') {Assign(pair.Value, "'", "'")} ;;")}}
                *)
                    case "$command $current" in
        {{Lines(tree.Nodes, node => $"                '{node.Path} -'*) known='{string.Join(' ', node.Options)}' ;;")}}
                        *)
                            case "$command $place" in
        {{Lines(Slots(tree), slot => $"                        {Pattern(slot)}) {Assign(slot.Slot, "'", "'")} ;;")}}
                            esac ;;
                    esac ;;
            esac
            COMPREPLY=($(compgen -W "$known" -- "$current"))
            local IFS=$'\n'
            case $kind in
                files) COMPREPLY+=($(compgen -f -- "$current")) ;;
                folders) COMPREPLY+=($(compgen -d -- "$current")) ;;
            esac
            if [[ -n $kind ]]; then compopt -o filenames 2>/dev/null; fi
        }
        complete -F _lintf lintf

        """;

    private static string Zsh(CompletionTree tree) => $$"""
        #compdef lintf
        # source <(lintf completion zsh), in ~/.zshrc after compinit
        _lintf() {
            local command=lintf previous=${words[CURRENT-1]} place=0 kind= i
            local -a known
            for ((i = 2; i < CURRENT; i++)); do
                case "$command ${words[i]}" in
                    ({{Commands(tree)}}) command="$command ${words[i]}" ;;
                    ({{Options(tree)}}) i=$((i + 1)) ;;
                    (*' -'*) ;;
                    (*) place=$((place + 1)) ;;
                esac
            done
            if [[ ${words[CURRENT]} == --*=* ]]; then
                previous=${words[CURRENT]%%=*}
                compset -P '*='
            fi
            case "$command $previous" in
        {{Lines(tree.Values, pair => $"        ('{pair.Option}') {Assign(pair.Value, "(", ")")} ;;")}}
                (*)
                    case "$command ${words[CURRENT]}" in
        {{Lines(tree.Nodes, node => $"                ('{node.Path} -'*) known=({string.Join(' ', node.Options)}) ;;")}}
                        (*)
                            case "$command $place" in
        {{Lines(Slots(tree), slot => $"                        ({Pattern(slot)}) {Assign(slot.Slot, "(", ")")} ;;")}}
                            esac ;;
                    esac ;;
            esac
            if (( $#known )); then compadd -a known; fi
            case $kind in
                (files) _files ;;
                (folders) _files -/ ;;
            esac
        }
        compdef _lintf lintf

        """;

    /// <summary>Where it knows nothing, PowerShell offers files and folders by itself.</summary>
    private static string PowerShell(CompletionTree tree) => $$"""
        # lintf completion powershell | Out-String | Invoke-Expression, in $PROFILE
        Register-ArgumentCompleter -Native -CommandName lintf -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $options = @{
        {{Lines(tree.Nodes, node => $"        '{node.Path}' = @({Quoted(node.Options)})")}}
            }
            $values = @{
        {{Lines(tree.Values, pair => $"        '{pair.Option}' = @({Quoted(pair.Value.Words)})")}}
            }
            $places = @{
        {{Lines(Slots(tree), slot => $"        '{slot.Path} {slot.Place ?? "*"}' = @({Quoted(slot.Slot.Words)})")}}
            }
            $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
                Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
            $command = 'lintf'
            $place = 0
            for ($i = 0; $i -lt $before.Count; $i++) {
                $word = $before[$i]
                if ($options.ContainsKey("$command $word")) { $command = "$command $word" }
                elseif ($values.ContainsKey("$command $word")) { $i++ }
                elseif ($word -notlike '-*') { $place++ }
            }
            $option = if ($before.Count) { "$command $($before[-1])" } else { '' }
            $known = if ($values.ContainsKey($option)) { $values[$option] }
                elseif ($wordToComplete -like '-*') { $options[$command] }
                elseif ($places.ContainsKey("$command $place")) { $places["$command $place"] }
                else { $places["$command *"] }
            $known | Where-Object { $_ -clike "$wordToComplete*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;

    /// <summary>Commands below the program's, as alternatives of a case.</summary>
    private static string Commands(CompletionTree tree) => string.Join('|', tree.Nodes.Skip(1).Select(node => $"'{node.Path}'"));

    /// <summary>Options with values, likewise.</summary>
    private static string Options(CompletionTree tree) => string.Join('|', tree.Values.Select(pair => $"'{pair.Option}'"));

    /// <summary>What can stand where; a place of null is any place, after those that are named.</summary>
    private static IEnumerable<(string Path, string? Place, CompletionSlot Slot)> Slots(CompletionTree tree)
        => tree.Nodes.SelectMany(node => node.Slots.Select((slot, i)
            => (node.Path, node.Repeats && i == node.Slots.Count - 1 ? null : i.ToString(CultureInfo.InvariantCulture), slot)));

    /// <summary>A place behind a command, as a pattern of a case.</summary>
    private static string Pattern((string Path, string? Place, CompletionSlot Slot) slot)
        => slot.Place is null ? $"'{slot.Path} '*" : $"'{slot.Path} {slot.Place}'";

    /// <summary>The variables that say what a slot holds.</summary>
    private static string Assign(CompletionSlot slot, string open, string close)
        => $"known={open}{string.Join(' ', slot.Words)}{close}"
            + (slot.Paths is PathKind.None ? "" : $" kind={slot.Paths.ToString().ToLowerInvariant()}");

    private static string Quoted(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"'{word}'"));

    private static string Lines<T>(IEnumerable<T> items, Func<T, string> line) => string.Join('\n', items.Select(line));
}
