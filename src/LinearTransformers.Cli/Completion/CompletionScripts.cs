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

    /// <summary>An option's value, if the word before is such an option; an option, if a dash is there; otherwise a command or an argument. Files where nothing is known.</summary>
    private static string Bash(CompletionTree tree) => $$"""
        # source <(lintf completion bash), in ~/.bashrc
        _lintf() {
            local current=${COMP_WORDS[COMP_CWORD]} command=lintf known= i
            COMPREPLY=()
            for ((i = 1; i < COMP_CWORD; i++)); do
                case "$command ${COMP_WORDS[i]}" in
                    {{Pattern(tree)}}) command="$command ${COMP_WORDS[i]}" ;;
                esac
            done
            case "$command ${COMP_WORDS[COMP_CWORD-1]}" in
        {{Lines(tree.Values, pair => $"        '{pair.Option}') known='{string.Join(' ', pair.Values)}' ;;")}}
                *)
                    case "$command $current" in
        {{Lines(tree.Nodes, node => $"                '{node.Path} -'*) known='{string.Join(' ', node.Options)}' ;;")}}
        {{Lines(tree.Nodes, node => $"                '{node.Path} '*) known='{string.Join(' ', node.Words)}' ;;", Longest)}}
                    esac ;;
            esac
            COMPREPLY=($(compgen -W "$known" -- "$current"))
        }
        complete -o default -F _lintf lintf

        """;

    private static string Zsh(CompletionTree tree) => $$"""
        #compdef lintf
        # source <(lintf completion zsh), in ~/.zshrc after compinit
        _lintf() {
            local command=lintf i
            local -a known
            for ((i = 2; i < CURRENT; i++)); do
                case "$command ${words[i]}" in
                    ({{Pattern(tree)}}) command="$command ${words[i]}" ;;
                esac
            done
            case "$command ${words[CURRENT-1]}" in
        {{Lines(tree.Values, pair => $"        ('{pair.Option}') known=({string.Join(' ', pair.Values)}) ;;")}}
                (*)
                    case "$command ${words[CURRENT]}" in
        {{Lines(tree.Nodes, node => $"                ('{node.Path} -'*) known=({string.Join(' ', node.Options)}) ;;")}}
        {{Lines(tree.Nodes, node => $"                ('{node.Path} '*) known=({string.Join(' ', node.Words)}) ;;", Longest)}}
                    esac ;;
            esac
            compadd -a known || _files
        }
        compdef _lintf lintf

        """;

    private static string PowerShell(CompletionTree tree) => $$"""
        # lintf completion powershell | Out-String | Invoke-Expression, in $PROFILE
        Register-ArgumentCompleter -Native -CommandName lintf -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $words = @{
        {{Lines(tree.Nodes, node => $"        '{node.Path}' = @({Quoted(node.Words)})")}}
            }
            $options = @{
        {{Lines(tree.Nodes, node => $"        '{node.Path}' = @({Quoted(node.Options)})")}}
            }
            $values = @{
        {{Lines(tree.Values, pair => $"        '{pair.Option}' = @({Quoted(pair.Values)})")}}
            }
            $before = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" })
            $command = 'lintf'
            foreach ($word in $before) { if ($words.ContainsKey("$command $word")) { $command = "$command $word" } }
            $option = if ($before.Count) { "$command $($before[-1])" } else { '' }
            $known = if ($values.ContainsKey($option)) { $values[$option] } elseif ($wordToComplete -like '-*') { $options[$command] } else { $words[$command] }
            $known | Where-Object { $_ -clike "$wordToComplete*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;

    /// <summary>Commands below the program's, as alternatives of a case.</summary>
    private static string Pattern(CompletionTree tree) => string.Join('|', tree.Nodes.Skip(1).Select(node => $"'{node.Path}'"));

    private static string Quoted(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"'{word}'"));

    /// <summary>The first case that fits is taken: "lintf config show" has to stand before "lintf config".</summary>
    private static IEnumerable<CompletionNode> Longest(IEnumerable<CompletionNode> nodes) => nodes.OrderByDescending(node => node.Path.Count(character => character == ' '));

    private static string Lines<T>(IEnumerable<T> items, Func<T, string> line, Func<IEnumerable<T>, IEnumerable<T>>? order = null)
        => string.Join('\n', (order is null ? items : order(items)).Select(line));
}
