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
    private const int MostPrompts = 100_000_000;

    /// <summary>In the legend, before the figure grows to hold more of them.</summary>
    private const int CurvesOfAColumn = 4;
    private const int HeightOfCurve = 20;

    /// <summary>How far above all others a curve may go that diverges.</summary>
    private const double RoomAbove = 10;

    /// <summary>
    /// Test loss on many fresh prompts, with the standard errors of its mean over prompts and over seeds; or as published, on one batch,
    /// with a quarter of the standard deviation over seeds.
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
                withPrompts: isFresh, Floors(drawn, options, stop));
    }

    /// <summary>Robust condition number as published, mean ± half the standard deviation.</summary>
    public static Plot ConditionNumber(
        IReadOnlyList<LoadedRun> runs, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        RobustConditionNumber measurement = new();
        Drawn drawn = Along(measurement, runs, options, progress, stop);
        return drawn.Plot(
            "Robust condition number",
            $"Largest over median size on the Hessian's diagonal, {OnBatch(drawn)}."
                + (drawn.HasSeeds ? " Band: the mean ± half the standard deviation over seeds, as published." : ""),
            [point => point.Deviation / 2],
            withPrompts: false);
    }

    /// <summary>Any measurement, mean ± its standard error.</summary>
    public static Plot Of(
        Measurement measurement, IReadOnlyList<LoadedRun> runs, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        string label = Capitalized(measurement.Quantity);
        Drawn drawn = Along(measurement, runs, options, progress, stop);
        return drawn.Plot(
            label,
            label + (measurement.IsOnTestBatch ? $", {OnBatch(drawn)}" : "") + "."
                + (drawn.HasSeeds ? " Band: the mean ± its standard error over seeds." : ""),
            [point => point.Error],
            withPrompts: false,
            Floors(drawn, options, stop));
    }

    /// <summary>A measurement along runs. A run's iterations are shared by threads, each with a model of its own.</summary>
    private static Drawn Along(
        Measurement measurement, IReadOnlyList<LoadedRun> runs, PlotOptions options, IProgressReporter progress, CancellationToken stop)
        => Measure(runs, options, measurement.Every, measurement.Quantity, curves =>
        {
            LoadedRun[] all = [.. curves.SelectMany(curve => curve.Group.Runs)];
            int shares = (options.Threads + all.Length - 1) / all.Length;
            (LoadedRun Run, int[] Iterations)[] parts = [.. curves.SelectMany(curve => curve.Group.Runs.SelectMany(
                run => Shares(RunGroup.Reached(run, curve.Iterations), shares).Select(share => (run, share))))];
            IRunProgress report = progress.Start(measurement.Quantity, parts.Length);
            double[][] measured = SideBySide.Measure(parts, options.Threads, report, part =>
            {
                MeasuredModel model = part.Run.Model();
                return part.Iterations.Select(t =>
                {
                    stop.ThrowIfCancellationRequested();
                    return measurement.Measure(model.At(t));
                }).ToArray();
            }, stop);
            Dictionary<LoadedRun, List<double>> byRun = new(ReferenceEqualityComparer.Instance);
            foreach (((LoadedRun run, _), double[] values) in parts.Zip(measured))
            {
                if (!byRun.TryGetValue(run, out List<double>? ofRun))
                {
                    byRun[run] = ofRun = [];
                }

                ofRun.AddRange(values);
            }

            return [.. curves.SelectMany(
                curve => curve.Iterations.Select((t, i) => SeedPoint.Of(curve.Reached(t).Select(run => byRun[run][i]))))];
        }, measurement.CanBeNegative ? AxisScale.Linear : AxisScale.Logarithmic, measurement.NeedsNext);

    /// <summary>Iterations in so many shares, or fewer, none of them empty.</summary>
    private static IEnumerable<int[]> Shares(int[] iterations, int count)
        => iterations.Chunk(Math.Max(1, (iterations.Length + count - 1) / count));

    /// <summary>
    /// Exact floors of each curve's settings, with their names; where curves have different ones, each in its curve's colour. None where
    /// they are not asked for.
    /// </summary>
    private static IReadOnlyList<(string Name, ReferenceLine Line)> Floors(Drawn drawn, PlotOptions options, CancellationToken stop)
    {
        if (!options.Floors)
        {
            return [];
        }

        ExactFloors known = new();
        IReadOnlyList<ExactFloor>[] floors = [.. drawn.Places.Select(place => known.Of(place.Group.Settings, withSampled: true, stop))];
        return floors.All(of => of.SequenceEqual(floors[0]))
            ? [.. floors[0].Select(floor => (floor.Name, floor.Line))]
            : [.. floors.SelectMany((of, g) => of.Select(
                floor => ($"{drawn.Curves[g].Name}, {floor.Name}", floor.Line with { Color = drawn.Color(g) })))];
    }

    /// <summary>What was measured on, in words.</summary>
    private static string OnBatch(Drawn drawn)
        => "on " + (drawn.Runs.DistinctBy(run => run.Settings.BatchSize).Count() == 1
            ? string.Create(CultureInfo.InvariantCulture, $"the published batch of {drawn.Runs[0].Settings.BatchSize:N0} prompts")
            : "the published batch of each run's own size");

    private static string Capitalized(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>Measures the curves of some runs, and leaves out those of which there is nothing to draw.</summary>
    private static Drawn Measure(
        IReadOnlyList<LoadedRun> runs,
        PlotOptions options,
        int every,
        string quantity,
        Func<Place[], SeedPoint[]> measure,
        AxisScale scale = AxisScale.Logarithmic,
        bool needsNext = false)
    {
        List<string> leftOut = [];
        int stride = options.Every ?? every;
        Place[] places = [.. RunGroup.Of(runs, leftOut).Select(group => new Place(group, group.Every(stride, End(group))))];
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
                        + "--every or --max-iters");
        }

        SeedPoint[] points = measure(places);
        List<(Place Place, GroupCurve Curve)> curves = [];
        int begin = 0;
        foreach (Place place in places)
        {
            GroupCurve curve = new(
                place.Group.Label, place.Group.Title, place.Iterations, points[begin..(begin + place.Iterations.Length)]);
            begin += place.Iterations.Length;
            if (curve.CanBeDrawn(scale))
            {
                curves.Add((place, curve));
            }
            else
            {
                string needed = scale is AxisScale.Linear ? "finite" : "positive and finite";
                leftOut.Add($"{place.Group.Runs[0].Path}: its {quantity} is nowhere {needed}; there is no curve of it");
            }
        }

        return curves.Count > 0
            ? new Drawn(quantity, scale, [.. curves.Select(pair => pair.Place)], [.. curves.Select(pair => pair.Curve)], leftOut)
            : throw new PlotException(leftOut[^1]);

        // What needs the next iterate has nothing at the last.
        int? End(RunGroup group)
            => needsNext ? Math.Min(options.MaxIterations ?? int.MaxValue, group.Runs.Max(run => run.End)) : options.MaxIterations;
    }

    /// <summary>A group, and the iterations it is measured at.</summary>
    private sealed record Place(RunGroup Group, int[] Iterations)
    {
        public IEnumerable<LoadedRun> Reached(int t) => Group.Runs.Where(run => t <= run.End);
    }

    /// <summary>Curves that can be drawn.</summary>
    private sealed record Drawn(string Quantity, AxisScale Scale, Place[] Places, GroupCurve[] Curves, IReadOnlyList<string> LeftOut)
    {
        public IReadOnlyList<LoadedRun> Runs => [.. Places.SelectMany(place => place.Group.Runs)];

        /// <summary>Whether a point is the mean over several seeds.</summary>
        public bool HasSeeds => Curves.Any(curve => curve.Points.Any(point => point.Count > 1));

        public Plot Plot(string label, string caption, IReadOnlyList<Func<SeedPoint, double>> halfWidths, bool withPrompts,
            IReadOnlyList<(string Name, ReferenceLine Line)>? floors = null)
        {
            string[] early = [.. Places.SelectMany(place => place.Group.Warnings(place.Iterations))];
            return new Plot(
                new LineFigure(
                    "",
                    new Axis("Iteration"),
                    new Axis(label, Scale) { Maximum = Top, Minimum = Bottom },
                    Curves.SelectMany((curve, g) => curve.Series(Color(g), CurveStyle.At(g), halfWidths)))
                {
                    ReferenceLines = [.. (floors ?? []).Select(floor => floor.Line)],
                    Note = caption
                        + (early.Length == 0 ? "" : " Where runs ended early, the mean is that of the rest.")
                        + (Top is null ? "" : " Runs that diverged go on above the top."),
                    Size = new FigureSize(
                        FigureSize.Column.Width, FigureSize.Column.Height + (HeightOfCurve * Math.Max(0, Curves.Length - CurvesOfAColumn))),
                },
                caption,
                GroupCurve.Table(Curves, withPrompts),
                [.. Curves.SelectMany(Notes), .. (floors ?? []).Select(floor => ($"{floor.Name}, least loss", floor.Line.Value))],
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

        /// <summary>
        /// The lower end, where there is a top: a little below all curves on a logarithmic axis; on a linear one, where curves go below
        /// zero, as far below it as the top is above.
        /// </summary>
        private double? Bottom
            => Top is not { } top ? null
                : Scale is AxisScale.Logarithmic ? Drawable.Min(point => point.Mean) / 2
                : Math.Max(-top, Math.Min(0, Drawable.Min(point => point.Mean)));

        private IEnumerable<SeedPoint> Drawable => Curves.SelectMany(curve => curve.Points).Where(point => point.HasPlaceOn(Scale));

        /// <summary>The largest size of a mean.</summary>
        private double Highest(Func<Place, bool> which)
            => Curves.Where((_, i) => which(Places[i])).SelectMany(curve => curve.Points)
                .Where(point => point.HasPlaceOn(Scale)).Select(point => Math.Abs(point.Mean)).DefaultIfEmpty(0).Max();

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
        public FigureColor Color(int index)
            => Places.Length > 1 && Places.DistinctBy(place => Parts.NameOf(place.Group.Settings.Optimizer)).Count() == Places.Length
                ? OptimizerColors.Of(Places[index].Group.Settings.Optimizer) : Palette.At(index);
    }
}
