using System.Text;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Experiments.Watching;

namespace LinearTransformers.Cli.Output;

/// <summary>
/// Shows how runs stand, again and again: on a terminal a table that is drawn over itself, otherwise a line for each run that has changed.
/// </summary>
internal sealed class WatchScreen(Terminal terminal, bool json)
{
    private const string ToEndOfLine = "\e[K";
    private const string ToEndOfScreen = "\e[J";
    private const string Clear = "\e[H\e[2J";

    private readonly Dictionary<string, string> _said = new(StringComparer.Ordinal);
    private (int Width, int Height)? _size;
    private int _drawn;

    /// <summary>Shows them.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="last">What a table says at its end.</param>
    public void Show(IReadOnlyList<RunView> runs, string last)
    {
        if (!json && terminal.Window() is { } size)
        {
            Draw(runs, size, last);
            return;
        }

        foreach (RunView run in runs)
        {
            string line = json ? WatchTable.Json(run) : WatchTable.Line(run);
            if (_said.GetValueOrDefault(run.Path) != line)
            {
                _said[run.Path] = line;
                terminal.Out.WriteLine(line);
            }
        }
    }

    private void Draw(IReadOnlyList<RunView> runs, (int Width, int Height) size, string last)
    {
        // Lines of another width are broken elsewhere now: nobody knows how many there are.
        StringBuilder text = new(_drawn == 0 ? "" : size == _size ? FormattableString.Invariant($"\e[{_drawn}A\r") : Clear);
        IReadOnlyList<string> lines = WatchTable.Lines(runs, size, last);
        foreach (string line in lines)
        {
            text.Append(line).Append(ToEndOfLine).Append('\n');
        }

        (_drawn, _size) = (lines.Count, size);
        terminal.Out.Write(text.Append(ToEndOfScreen).ToString());
    }
}
