using System.Globalization;
using LinearTransformers.Experiments.Evaluation;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Output;

/// <summary>Evaluations as a table for people and as JSON.</summary>
internal static class EvaluationText
{
    /// <summary>Columns of the table; those that say the same in all rows stand above it, those that are empty nowhere.</summary>
    private static readonly (string Name, Func<EvaluationRow, string> Text)[] Columns =
    [
        ("run", row => row.Run),
        ("covariates", row => row.Covariates),
        ("Σ", row => row.Covariance),
        ("tasks", row => row.Tasks),
        ("Ψ", row => row.TaskCovariance),
        ("noise", row => row.NoiseLaw),
        ("x-scale", row => Number(row.XScale)),
        ("N", row => Number(row.N)),
        ("iteration", row => Number(row.Iteration)),
        ("method", row => row.Family is { } family ? $"{row.Method}: {family}"
            : row.Weight is { } t ? $"{row.Method} {Number(t)}"
            : row.Method),
        ("layer", row => Number(row.Layer)),
        ("loss", row => WithError(row.Loss, row.StandardError)),
        ("exact", row => Number(row.Exact)),
        ("less the model's", row => WithError(row.Difference, row.DifferenceError)),
        ("|ŷ − ŷ'|", row => WithError(row.PredictionDifference, row.PredictionDifferenceError)),
        ("|w − w'|", row => WithError(row.SensitivityDifference, row.SensitivityDifferenceError)),
        ("cosine", row => WithError(row.Cosine, row.CosineError)),
    ];

    private static readonly string[] AlwaysShown = ["method", "loss"];

    public static void Write(TextWriter writer, IReadOnlyList<EvaluationRow> rows)
    {
        List<(string Name, Func<EvaluationRow, string> Text)> shown = [];
        List<string> common = [];
        foreach ((string name, Func<EvaluationRow, string> text) in Columns)
        {
            string[] values = [.. rows.Select(text).Distinct()];
            if (values.Length > 1 || AlwaysShown.Contains(name))
            {
                shown.Add((name, text));
            }
            else if (values is [{ Length: > 0 } value])
            {
                common.Add($"{name} {value}");
            }
        }

        int prompts = rows.Max(row => row.Prompts ?? 0);
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{string.Join(", ", common)}; {prompts:N0} prompts, ± standard error"));
        writer.WriteLine();
        string[][] cells =
        [
            [.. shown.Select(column => column.Name)],
            .. rows.Select(row => shown.Select(column => column.Text(row)).ToArray()),
        ];
        int[] widths = [.. shown.Select((_, i) => cells.Max(row => row[i].Length))];
        foreach (string[] row in cells)
        {
            writer.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }
    }

    public static string ToJson(EvaluationRow row) => JsonLines.Compose(json =>
    {
        foreach ((string name, Func<EvaluationRow, object?> value) in EvaluationTable.Columns)
        {
            switch (value(row))
            {
                case null:
                    json.WriteNull(name);
                    break;
                case string text:
                    json.WriteString(name, text);
                    break;
                case int number:
                    json.WriteNumber(name, number);
                    break;
                case double number:
                    LogLineJson.WriteNumber(json, name, number);
                    break;
                case object other:
                    throw new InvalidOperationException($"{name} is a {other.GetType().Name}");
            }
        }
    });

    private static string Number(double? value) => value?.ToString("G5", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A value to two digits of its error.</summary>
    private static string WithError(double? value, double? error)
    {
        if (value is not { } number)
        {
            return "";
        }

        if (error is not { } e || !(e > 0) || !double.IsFinite(number))
        {
            return Number(number);
        }

        int decimals = Math.Clamp(1 - (int)Math.Floor(Math.Log10(e)), 0, 12);
        string format = Math.Abs(number) >= 1e6 ? "G4" : "F" + decimals.ToString(CultureInfo.InvariantCulture);
        return $"{number.ToString(format, CultureInfo.InvariantCulture)} ± {e.ToString("G2", CultureInfo.InvariantCulture)}";
    }
}
