using System.Globalization;
using LinearTransformers.Experiments;

namespace LinearTransformers.Cli.Output;

/// <summary>A line for each run now and then, for logs and pipes.</summary>
internal sealed class PlainProgress(TextWriter writer, TimeProvider clock) : IProgressReporter
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly OverallProgress _overall = new(clock);

    public IRunProgress Start(string name, int iterations, double cost = 1)
    {
        _overall.Expect(iterations, cost);
        return new Lines(this, name, iterations, cost, clock);
    }

    private void Say(string message)
    {
        lock (_lock)
        {
            writer.WriteLine(message);
        }
    }

    private sealed class Lines(PlainProgress owner, string name, int total, double cost, TimeProvider clock)
        : ThrottledProgress(total, cost, Interval, clock, owner._overall)
    {
        protected override void Show(int iterations, double loss, double rate, bool isFirst)
        {
            if (isFirst)
            {
                return;
            }

            string now = double.IsNaN(loss) ? "" : string.Create(CultureInfo.InvariantCulture, $", loss {loss:G4}");
            string which = owner._overall.Runs == 1 ? "" : "all runs ";
            string rest = owner._overall.Remaining is { } time && owner._overall.Share < 1
                ? string.Create(CultureInfo.InvariantCulture, $"; {which}{owner._overall.Share:P0}, {time.TotalSeconds:0} s left")
                : "";
            owner.Say(string.Create(CultureInfo.InvariantCulture, $"{name}: {iterations}/{Total}{now}, {rate:0} it/s{rest}"));
        }
    }
}
