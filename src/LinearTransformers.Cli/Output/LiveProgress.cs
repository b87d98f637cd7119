using System.Diagnostics;
using System.Globalization;
using LinearTransformers.Experiments;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LinearTransformers.Cli.Output;

/// <summary>A live bar for each run, with its rate, loss and remaining time.</summary>
internal sealed class LiveProgress(ProgressContext context) : IProgressReporter
{
    public IRunProgress Start(string name, int iterations)
        => new Bar(context.AddTask(Markup.Escape(name), autoStart: false, maxValue: iterations), name);

    public void Say(string message)
    {
    }

    private sealed class Bar(ProgressTask task, string name) : IRunProgress
    {
        private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

        private long _last;

        public void Report(int iterations, double loss)
        {
            long now = Stopwatch.GetTimestamp();
            if (_last != 0 && iterations < task.MaxValue && Stopwatch.GetElapsedTime(_last, now) < Interval)
            {
                return;
            }

            _last = now;
            if (!task.IsStarted)
            {
                task.StartTask();
            }

            task.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{name}  loss {loss:G4}"));
            task.Value = iterations;
        }
    }
}

/// <summary>Iterations a second.</summary>
internal sealed class RateColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        => new Text(task.Speed is { } speed ? string.Create(CultureInfo.InvariantCulture, $"{speed:0} it/s") : "");
}
