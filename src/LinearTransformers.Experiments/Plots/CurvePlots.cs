using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Plots;

/// <summary>What is measured at some iterations of every run, the last included: a curve for each group of seeds.</summary>
internal static class CurvePlots
{
    private const int LossEvery = 50;
    private const int ConditionEvery = 250;
    private const int MostPrompts = 100_000_000;

    /// <summary>In the legend, before the figure grows to hold more of them.</summary>
    private const int CurvesOfAColumn = 4;
    private const int HeightOfCurve = 20;

    /// <summary>How far above all others a curve may go that diverges.</summary>
    private const double RoomAbove = 10;

    /// <summary>
    /// Test loss on many fresh prompts, with the standard errors of its mean over prompts and over seeds; or as published, on one batch,
    /// with a
    /// quarter of the standard deviation over seeds.
    /// </summary>
    public static Plot Loss(IReadOnlyList<LoadedRun> runs, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        bool isFresh = options.Protocol is not Protocol.Original;
        if (options.Prompts is { } prompts && (!isFresh || prompts is < 1 or > MostPrompts))
        {
            throw new SettingException(
                PlotKind.Prompts, prompts, isFresh ? $"from 1 to {MostPrompts}"
                    : "left out with protocol original, whose batch has the run's B");
        }

        TestLosses losses = new(
            isFresh ? Protocol.Fair : Protocol.Original, options.Threads, progress, stop)
        {
            Prompts = options.Prompts
                ?? TestLosses.DefaultPrompts
        };
        Drawn drawn = Measure(runs, options, LossEvery, "test loss", curves =>
        {
            Snapshot[][] points =
                [.. curves.SelectMany(
                    curve => curve.Iterations.Select(t => curve.Reached(t).Select(run => new Snapshot(run.Run, t)).ToArray()))];
            return [.. losses.Of(points).Select(SeedPoint.Of)];
        });
        return drawn.Plot("Test loss",
            losses.Caption(drawn.Runs.Select(run => run.Settings), [.. drawn.Curves.SelectMany(curve => curve.Points)]), losses.Bands,
                withPrompts: isFresh);
    }

    /// <summary>Robust condition number as published, mean ± half the standard deviation.</summary>
    public static Plot ConditionNumber(
        IReadOnlyList<LoadedRun> runs, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        Drawn drawn = Measure(runs, options, ConditionEvery, "robust condition number", curves =>
        {
            (LoadedRun Run, int[] Iterations)[] all =
                [.. curves.SelectMany(curve => curve.Group.Runs.Select(run => (run, RunGroup.Reached(run, curve.Iterations))))];
            IRunProgress report = progress.Start("condition numbers", all.Length);
            double[][] measured =
                SideBySide.Measure(all, options.Threads, report, item
                    => ConditionNumbers.PublishedAlong(item.Run.Run, item.Iterations, RunGroup.TestBatch(item.Run), stop), stop);
            Dictionary<LoadedRun, double[]> byRun = new(ReferenceEqualityComparer.Instance);
            foreach (((LoadedRun run, _), double[] values) in all.Zip(measured))
            {
                byRun[run] = values;
            }

            return [.. curves.SelectMany(
                curve => curve.Iterations.Select((t, i) => SeedPoint.Of(curve.Reached(t).Select(run => byRun[run][i]))))];
        });
        bool hasSeeds = drawn.Curves.Any(curve => curve.Points.Any(point => point.Count > 1));
        return drawn.Plot(
            "Robust condition number",
            "Largest over median size on the Hessian's diagonal, on " + (drawn.Runs.DistinctBy(run => run.Settings.BatchSize).Count() == 1
                ? string.Create(CultureInfo.InvariantCulture, $"the published batch of {drawn.Runs[0].Settings.BatchSize:N0} prompts")
                : "the published batch of each run's own size") + "."
                    + (hasSeeds ? " Band: the mean ± half the standard deviation over seeds, as published." : ""),
            [point => point.Deviation / 2],
            withPrompts: false);
    }

    /// <summary>Why there is no condition number of a run; null if there is.</summary>
    public static string? HasNoConditionNumber(LoadedRun run)
        => run.Settings.Layers == 1
            ? "its n-layer is 1; half of the Hessian's diagonal is then zero, and the condition number infinite: it is shown of runs "
                + "with n-layer 2 or more"
            : null;

    /// <summary>Measures the curves of some runs, and leaves out those of which there is nothing to draw.</summary>
    private static Drawn Measure(
        IReadOnlyList<LoadedRun> runs, PlotOptions options, int every, string quantity, Func<Place[], SeedPoint[]> measure)
    {
        List<string> leftOut = [];
        int stride = options.Every ?? every;
        Place[] places = [.. RunGroup.Of(runs, leftOut).Select(group => new Place(group, group.Every(stride, options.MaxIterations)))];
        foreach (Place none in places.Where(place => place.Iterations.Length == 0))
        {
            leftOut.Add(
                $"{none.Group.Runs[0].Path}: its history begins at {none.Group.Runs[0].Begin} and holds nothing below "
                    + $"{options.MaxIterations}");
        }

        places = [.. places.Where(place => place.Iterations.Length > 0)];
        if (options.MaxIterations is { } end && !places.Any(place => place.Iterations.Length > 1))
        {
            LoadedRun first = runs[0];
            throw new PlotException(
                $"{first.Path}: its history holds no two multiples of {stride} iterations below {end} (hist-stride "
                    + $"{first.Settings.HistoryStride}); it ends at {runs.Max(run => run.Run.History.Iterations[^1])}: choose another "
                        + $"--every or --max-iters");
        }

        SeedPoint[] points = measure(places);
        List<(Place Place, GroupCurve Curve)> curves = [];
        int begin = 0;
        foreach (Place place in places)
        {
            GroupCurve curve = new(
                place.Group.Label, place.Group.Title, place.Iterations, points[begin..(begin + place.Iterations.Length)]);
            begin += place.Iterations.Length;
            if (curve.CanBeDrawn)
            {
                curves.Add((place, curve));
            }
            else
            {
                leftOut.Add($"{place.Group.Runs[0].Path}: its {quantity} is nowhere positive and finite; there is no curve of it");
            }
        }

        return curves.Count > 0
            ? new Drawn(quantity, [.. curves.Select(pair => pair.Place)], [.. curves.Select(pair => pair.Curve)], leftOut)
            : throw new PlotException(leftOut[^1]);
    }

    /// <summary>A group, and the iterations it is measured at.</summary>
    private sealed record Place(RunGroup Group, int[] Iterations)
    {
        public IEnumerable<LoadedRun> Reached(int t) => Group.Runs.Where(run => t <= run.End);
    }

    /// <summary>Curves that can be drawn.</summary>
    private sealed record Drawn(string Quantity, Place[] Places, GroupCurve[] Curves, IReadOnlyList<string> LeftOut)
    {
        public IReadOnlyList<LoadedRun> Runs => [.. Places.SelectMany(place => place.Group.Runs)];

        public Plot Plot(string label, string caption, IReadOnlyList<Func<SeedPoint, double>> halfWidths, bool withPrompts)
        {
            string[] early = [.. Places.SelectMany(place => place.Group.Warnings(place.Iterations))];
            return new Plot(
                new LineFigure("", new Axis("Iteration"),
                    new Axis(label, AxisScale.Logarithmic) { Maximum = Top, Minimum = Top is null ? null : Lowest / 2 },
                        Curves.SelectMany((curve, g) => curve.Series(Color(g), CurveStyle.At(g), halfWidths)))
                {
                    Note = caption
                        + (early.Length == 0 ? "" : " Where runs ended early, the mean is that of the rest.")
                        + (Top is null ? "" : " Runs that diverged go on above the top."),
                    Size = new FigureSize(
                        FigureSize.Column.Width, FigureSize.Column.Height + (HeightOfCurve * Math.Max(0, Curves.Length - CurvesOfAColumn))),
                },
                caption,
                GroupCurve.Table(Curves, withPrompts),
                [.. Curves.SelectMany(Notes)],
                [.. early, .. Curves.SelectMany(NotFinite), .. LeftOut.Select(PlotCatalog.LeftOut)]);
        }

        /// <summary>Where runs that diverged would leave no room for the others; null where there is no need for it.</summary>
        private double? Top
        {
            get
            {
                double highest = Highest(place => place.Group.Runs.All(run => run.Status is not RunStatus.Diverged));
                return highest > 0 && Highest(_ => true) > RoomAbove * highest ? RoomAbove * highest : null;
            }
        }

        private double Lowest => Curves.SelectMany(curve => curve.Points).Where(point => point.IsPositive).Min(point => point.Mean);

        private double Highest(Func<Place, bool> which)
            => Curves.Where((_, i) => which(Places[i])).SelectMany(curve => curve.Points).Where(point => point.IsPositive)
                .Select(point => point.Mean).DefaultIfEmpty(0).Max();

        private IEnumerable<string> NotFinite(GroupCurve curve)
        {
            int count = curve.Points.Count(point => !double.IsFinite(point.Mean));
            return count == 0 ? [] : [$"{curve.Name}: its {Quantity} is not finite at {count} of {curve.Points.Length} points"];
        }

        private IEnumerable<(string, double)> Notes(GroupCurve curve)
        {
            SeedPoint last = curve.Points[^1];
            yield return ($"{curve.Name}, {Quantity} at iteration {curve.Iterations[^1]}", last.Mean);
            if (double.IsFinite(last.PromptError))
            {
                yield return ($"{curve.Name}, its standard error over prompts", last.PromptError);
            }

            if (last.Count > 1)
            {
                yield return ($"{curve.Name}, its standard error over {last.Count} seeds", last.Error);
            }
        }

        /// <summary>That of its optimizer where this tells the groups apart.</summary>
        private FigureColor Color(int index)
            => Places.Length > 1 && Places.DistinctBy(place => Parts.NameOf(place.Group.Settings.Optimizer)).Count() == Places.Length
                ? OptimizerColors.Of(Places[index].Group.Settings.Optimizer) : Palette.At(index);
    }
}
