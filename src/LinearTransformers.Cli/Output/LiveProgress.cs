using System.Globalization;
using LinearTransformers.Experiments;
using Spectre.Console;

namespace LinearTransformers.Cli.Output;

/// <summary>A live bar for each run that is under way, with its rate and loss, and one for all with the time that is left.</summary>
internal sealed class LiveProgress(ProgressContext context, TimeProvider clock) : IProgressReporter
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly OverallProgress _overall = new(clock);
    private readonly ProgressTask _all = context.AddTask("all", maxValue: 1);

    public IRunProgress Start(string name, int iterations, double cost = 1)
    {
        _overall.Expect(iterations, cost);
        return new Bar(this, name, iterations, cost, clock);
    }

    private sealed class Bar(LiveProgress owner, string name, int total, double cost, TimeProvider clock)
        : ThrottledProgress(total, cost, Interval, clock, owner._overall)
    {
        private ProgressTask? _task;

        protected override void Show(int iterations, double loss, double rate, bool isFirst)
        {
            _task ??= owner.Context.AddTask(Markup.Escape(name), maxValue: Total);
            string now = double.IsNaN(loss) ? "" : string.Create(CultureInfo.InvariantCulture, $"  loss {loss:G4}");
            _task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{name}{now}  {rate:0} it/s"));
            _task.Value = iterations;
            owner._all.Value = owner._overall.Share;
            owner._all.Description = owner._overall.Remaining is { } rest ? $"all  {Duration(rest)} left" : "all";
        }
    }

    private ProgressContext Context => context;

    private static string Duration(TimeSpan time)
        => time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min")
            : time.TotalMinutes >= 1
                ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
                : string.Create(CultureInfo.InvariantCulture, $"{time.Seconds} s");
}
