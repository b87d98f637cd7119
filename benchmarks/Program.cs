using LinearTransformers.Prompts;
using LinearTransformers.Training;
using System.Text.Json;
foreach (var c in JsonDocument.Parse(File.ReadAllText("/work/shared/golden/train_logs.json")).RootElement.EnumerateArray())
{
    if (c.GetProperty("mode").GetString() != "sphere") continue;
    for (int k = 0; k <= 0; k++)
    {
        TrainingSettings s = new() { Mode = Enum.Parse<PromptMode>(c.GetProperty("mode").GetString()!, true), Algorithm = Enum.Parse<Algorithm>(c.GetProperty("alg").GetString()!, true), ContextLength = c.GetProperty("N").GetInt32(), LearningRate = c.GetProperty("lr").GetDouble() * (1 + k * 1e-7), ToClip = c.GetProperty("toclip").GetBoolean(), Layers = c.GetProperty("n_layer").GetInt32(), MaxIterations = 201, LogEvery = 50, HistoryStride = 1000 };
        IReadOnlyList<LogLine> log;
        var r = new TrainingRun<float>(s); r.Run(); log = r.Log;
        Console.WriteLine($"{s.Mode} N{s.ContextLength} {s.Algorithm} {k}: " + string.Join("  ", c.GetProperty("rows").EnumerateArray().Zip(log, (row, l) => $"{l.Iteration}:{l.Loss / row[1].GetDouble() - 1:E1}/{l.GradientNorm / row[2].GetDouble() - 1:E1}").Skip(3)));
    }
}
