using System.Globalization;
using LinearTransformers.Experiments;

namespace LinearTransformers.Cli.Output;

/// <summary>A line for each run now and then, for logs and pipes.</summary>
internal sealed class PlainProgress(TextWriter writer, TimeProvider clock) : IProgressReporter
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    public IRunProgress Start(string name, int iterations) => new Lines(this, name, iterations);

    public void Say(string message)
    {
        lock (_lock)
        {
            writer.WriteLine(message);
        }
    }

    private sealed class Lines(PlainProgress owner, string name, int total) : IRunProgress
    {
        private long _start;
        private long _last;
        private int _first;

        public void Report(int iterations, double loss)
        {
            long now = owner.Clock.GetTimestamp();
            if (_start == 0)
            {
                (_start, _last, _first) = (now, now, iterations);
                return;
            }

            if (iterations < total && owner.Clock.GetElapsedTime(_last, now) < Interval)
            {
                return;
            }

            _last = now;
            double seconds = owner.Clock.GetElapsedTime(_start, now).TotalSeconds;
            double rate = (iterations - _first) / Math.Max(seconds, 1e-9);
            string rest = iterations < total ? $", {(total - iterations) / rate:0} s left" : "";
            owner.Say(string.Create(CultureInfo.InvariantCulture, $"{name}: {iterations}/{total}, loss {loss:G4}, {rate:0} it/s{rest}"));
        }
    }

    private TimeProvider Clock => clock;
}
