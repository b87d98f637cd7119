using System.Globalization;
using System.Text.RegularExpressions;
using LinearTransformers.Experiments.Tables;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>The lines of docs/python.md, run as they stand there.</summary>
public partial class PythonDocumentTests
{
    private static readonly string Document = Path.Combine(RepositoryRoot.Path, "docs", "python.md");

    [Fact]
    public void The_commands_and_the_Python_of_the_page_do_what_it_says()
    {
        // Where there is no pandas, nothing is trained either.
        using TemporaryFolder folder = new();
        Python.RunPandas("", folder[""]);
        foreach (string line in MarkdownFile.ShellLines(Document).Where(line => line.Fence.Length == 0).Select(line => line.Line))
        {
            Assert.StartsWith("./lintf ", line, StringComparison.Ordinal);
            Subprocess.Run([Path.Combine(AppContext.BaseDirectory, "lintf.dll"), .. line.Split(' ')[1..]], folder[""]);
        }

        string[] scripts = [.. Scripts(File.ReadAllText(Document))];
        string[] printed = [.. scripts.Select(script => Python.RunPandas(script, folder[""]))];
        Assert.Equal(5, scripts.Length);
        Assert.All(scripts, script => Assert.InRange(script.Split('\n').Length, 3, 11));

        RunDirectory run = RunDirectory.Load(folder["runs/mine/adam"]);
        LogLine last = run.ReadLog()[^1];
        ReadOnlySpan<float> parameters = run.ReadHistory<float>().At(1000);
        int matrix = run.Settings.Dimension * run.Settings.Dimension;
        Assert.Equal((999, last.Loss, last.GradientNorm), (Number(printed[0], "\niteration "), Number(printed[0], "loss "),
            Number(printed[0], "gradient norm ")));
        Assert.Equal(last.Loss, Number(printed[1], "loss "));
        double squares = 0;
        foreach (float entry in parameters[(3 * matrix)..])
        {
            squares += (double)entry * entry;
        }

        // The table has the shortest text of each single, which as a double is another number.
        Assert.Equal(Math.Sqrt(squares), Number(printed[1], "norm of Q of layer 1 "), 1e-6);
        TidyTable table = TidyTable.Read(folder["loss.csv"]);
        foreach (string curve in (string[])["alg adam", "alg sgd"])
        {
            IReadOnlyList<string> end = table.Rows.Last(row => table.Text(row, "curve") == curve);
            Assert.Equal(table.Number(end, "mean")!.Value, Number(printed[2], $"{curve} +"), 1e-6);
            Assert.Equal(table.Number(end, "mean"), Number(printed[3], $"{curve} from [^ ]+ to "));
        }

        Assert.Equal(last.Loss, Number(printed[4], "loss "));
    }

    private static IEnumerable<string> Scripts(string text) => Fence().Matches(text).Select(match => match.Groups[1].Value);

    /// <summary>The number behind some words.</summary>
    private static double Number(string text, string words)
        => double.Parse(Regex.Match(text, words + "([-0-9.e]+)").Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
