using System.Globalization;
using System.Text;
using LinearTransformers.Storage;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>Means over seeds, <c>means.csv</c>: a row for all runs that differ in their seeds only.</summary>
/// <remarks>
/// <code>
/// …              the settings that vary, sd and data-seed apart
/// runs           how many there are
/// finished       those of them that the means are over
/// diverged       those that diverged
/// loss           mean of their losses
/// standardError  of that: over seeds, standard deviation / √finished; of one run, over the prompts
/// leastLoss      mean of their least losses
/// floor          mean of their floors, which mostly are the same
/// excess         mean of their excesses
/// excessError    of that: over seeds; of one run, over the prompts
/// seconds        mean
/// </code>
/// </remarks>
public static class SweepMeans
{
    private static readonly string[] Seeds = ["sd", "data-seed"];

    /// <summary>Writes them, whole or not at all.</summary>
    public static void Write(string path, IReadOnlyList<string> names, IReadOnlyList<SweepRow> rows)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(rows);
        int[] columns = [.. Enumerable.Range(0, names.Count).Where(i => !Seeds.Contains(names[i]))];
        StringBuilder text = new();
        CommaSeparated.AppendLine(text,
        [
            .. columns.Select(i => names[i]), "runs", "finished", "diverged", "loss", "standardError", "leastLoss", "floor", "excess",
            "excessError", "seconds",
        ]);
        foreach (IGrouping<string, SweepRow> group in rows.GroupBy(row => string.Join('\n', columns.Select(i => row.Point.Values[i]))))
        {
            PointScore[] scores = [.. group.Where(row => row.Status == SweepRow.Finished).Select(row => row.Score!)];
            CommaSeparated.AppendLine(text,
            [
                .. columns.Select(i => group.First().Point.Values[i]),
                Whole(group.Count()), Whole(scores.Length), Whole(group.Count(row => row.Status == SweepRow.Diverged)),
                Mean(scores.Select(score => score.Loss)),
                Error(scores.Select(score => score.Loss), scores.Select(score => score.StandardError)),
                Mean(scores.Select(score => score.LeastLoss)),
                Mean(scores.Select(score => score.Floor)),
                Mean(scores.Select(score => score.Excess)),
                Error(scores.Select(score => score.Excess), scores.Select(score => score.StandardError / score.Floor)),
                scores.Length == 0 ? "" : scores.Average(score => score.Seconds).ToString("0.000", CultureInfo.InvariantCulture),
            ]);
        }

        AtomicFile.WriteAllText(path, text.ToString());
    }

    private static string Whole(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Mean(IEnumerable<double> values)
        => CommaSeparated.Number(values.DefaultIfEmpty(double.NaN).Average());

    private static string Error(IEnumerable<double> values, IEnumerable<double> overPrompts)
    {
        double[] all = [.. values];
        if (all.Length < 2)
        {
            return CommaSeparated.Number(overPrompts.DefaultIfEmpty(double.NaN).First());
        }

        double mean = all.Average();
        return CommaSeparated.Number(Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1.0) / all.Length));
    }
}
