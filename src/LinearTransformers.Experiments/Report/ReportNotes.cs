using System.Globalization;
using System.Text;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Models;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Report;

/// <summary>What the drawings of a folder's runs show, and what they do not.</summary>
internal static class ReportNotes
{
    private const int MostInSight = 8;

    /// <summary>Below the curves.</summary>
    public static void Write(StringBuilder page, ReportFolder folder, ExactFloors floors)
    {
        page.Append($"<p class=\"about\">{Html.Text(string.Join(" ", Curves(folder, floors)))}</p>\n");
        string[] runs = [.. Runs(folder)];
        if (runs.Length > MostInSight)
        {
            ReportPage.Details(page, $"{runs.Length} runs that ended early, or are left out", false, () => List(page, runs));
        }
        else if (runs.Length > 0)
        {
            List(page, runs);
        }
    }

    /// <summary>Below the matrices.</summary>
    public static string Matrices(ReportFolder folder)
    {
        string rotated = Has((settings, _)
            => settings is not { Covariance: IdentityCovariance, GivenCovariance: null } && !settings.Covariance.IsOfPrompt)
            ? " With a covariance Σ = U D² Uᵀ every A is shown as D Uᵀ A U D." : "";
        string full = Has((_, model) => model.IsFull)
            ? " Matrices with a last row and column for labels are P and Q; Q is shown as A is, with labels as they are." : "";
        string tied = Has((_, model) => model.IsTied) ? " Tied ones are those of all layers." : "";
        string seeds = folder.Groups.All.Any(group => group.Runs.Count > 1)
            ? " Of runs that differ in their seeds only, the first is shown." : "";
        return $"B is P̂ and A is Q̂, without the last layer's P̂, which has no influence. "
            + "Each matrix has its own scale of colours: white is 0, "
            + $"and the strongest colour its largest entry in size.{rotated}{full}{tied}{seeds}{ReportMatrices.LeftOut(folder)}";

        bool Has(Func<TrainingSettings, LinearTransformerModel, bool> what) => folder.Groups.All.Any(
            group => group.Settings.Model is LinearTransformerModel model && what(group.Settings, model));
    }

    private static IEnumerable<string> Curves(ReportFolder folder, ExactFloors floors)
    {
        TrainingSettings[] all = [.. folder.Groups.All.Select(group => group.Settings)];
        yield return $"Training loss and gradient norm (before clipping) of the logged iterations, {Logged(all)}, "
            + $"each before its step: on {Batch(all)}, not on a test batch.";
        if (folder.Groups.All.Any(group => group.Logged > 1))
        {
            int[] sizes = [.. folder.Groups.All.Select(group => group.Logged).Where(count => count > 1).Distinct().Order()];
            yield return "A group of runs that differ in their seeds only (sd, data-seed) is drawn as "
                + $"the mean of its {Range(sizes)} seeds, with a band of ± one standard deviation (n − 1).";
        }

        if (folder.Runs.Any(run => run.Loss.Values.Length > ReportCurves.MostPointsOf(folder)))
        {
            yield return $"Long curves are thinned to {ReportCurves.MostPointsOf(folder)} points: "
                + "each stretch keeps its lowest and its highest, so no spike is lost.";
        }

        ExactFloor[] exact = [.. all.SelectMany(settings => floors.Of(settings))];
        if (exact.Length > 0)
        {
            string plusPlus = exact.Any(floor => floor.Name == ExactFloors.GradientDescentPlusPlus)
                ? ", and it may stay below that of GD++, which owes much to prompts too rare for a batch" : "";
            yield return $"Exact floors are expectations over all prompts: "
                + $"the loss of a finite batch scatters around what it is on average{plusPlus}.";
        }
    }

    private static string Logged(TrainingSettings[] all)
        => all.DistinctBy(settings => settings.LogEvery).Count() > 1
            ? "0 to 4, every so many as log-every says, and the last"
            : all[0].LogEvery == 1 ? "which are all" : $"0 to 4, every {Ordinal(all[0].LogEvery)} and the last";

    private static string Batch(TrainingSettings[] all)
    {
        string size = $"{Range([.. all.Select(settings => settings.BatchSize).Distinct().Order()])} prompts";
        return all.DistinctBy(settings => settings.ResampleEvery).Count() > 1
            ? $"a batch of {size}, drawn as resample-every says"
            : all[0].ResampleEvery switch
            {
                null or 1 => $"a fresh batch of {size} each",
                0 => $"one batch of {size} for the whole run",
                { } every => $"a batch of {size} that is refreshed every {every} iterations",
            };
    }

    private static IEnumerable<string> Runs(ReportFolder folder)
    {
        foreach (ReportGroup group in folder.Groups.All)
        {
            foreach (ReportRun run in group.Runs.Where(run => run.End.Length > 0))
            {
                string after = group.Runs.Count > 1 && run.Directory.Status is not RunStatus.Finished
                    ? "; from there on the mean is that of the other seeds" : "";
                yield return $"{group.Label}, {ReportGroup.SeedOf(run)} ({run.Name}): {run.End}{after}.";
            }
        }

        foreach ((ReportRun copy, ReportRun of) in folder.Groups.Copies)
        {
            yield return $"{copy.Name} is the same run as {of.Name}: it is counted once.";
        }

        foreach (string name in folder.NotBegun)
        {
            yield return $"{name}: nothing is recorded yet.";
        }
    }

    private static void List(StringBuilder page, IEnumerable<string> lines)
    {
        page.Append("<ul class=\"notes\">\n");
        foreach (string line in lines)
        {
            page.Append($"<li>{Html.Text(line)}</li>\n");
        }

        page.Append("</ul>\n");
    }

    private static string Range(int[] ascending)
        => ascending.Length == 1
            ? Text(ascending[0])
            : ascending.Length == 2 ? $"{Text(ascending[0])} or {Text(ascending[1])}" : $"{Text(ascending[0])} to {Text(ascending[^1])}";

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Ordinal(int number)
        => Text(number) + ((number % 100 is >= 11 and <= 13) ? "th" : (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" });
}
