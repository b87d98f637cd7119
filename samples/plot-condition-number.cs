#!/usr/bin/env dotnet
#:project ../src/LinearTransformers/LinearTransformers.csproj

// The published notebook 'plot_condition_number'.
// The robust condition number of the Hessian (max/median of its diagonal) along a run of SGD and
// one of Adam.
// Run it with: dotnet run samples/plot-condition-number.cs [iterations]
using LinearTransformers.Analysis;
using LinearTransformers.Kernels;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Training;

int iterations = args.Length > 0 ? int.Parse(args[0]) : 1500;
foreach ((string name, Optimizer optimizer) in ((string, Optimizer)[])[("Sgd", new Sgd()), ("Adam", new Adam())])
{
    TrainingSettings settings = new() { Optimizer = optimizer, LearningRate = 0.02, MaxIterations = iterations, HistoryStride = 250 };
    TrainingRun<float> run = new(settings);
    run.Run();
    PromptBatch test = new(settings.Prompts(null));
    test.Draw(new TorchStream(99));
    BatchLoss<float> loss = settings.NewLoss<float>();
    loss.Load(test);
    Curvature<float> curvature = new(loss);
    foreach (long t in run.History.Iterations)
    {
        double[] diagonal = curvature.Diagonal(run.History.At((int)t));
        double live = ConditionNumber.Live(run.Shape, diagonal);
        Console.WriteLine(
            $"{name}, iteration {t}: {ConditionNumber.Published(diagonal):F1} as published, "
            + $"{live:F1} without the coordinates that do nothing");
    }
}
