using System.Globalization;
using BenchmarkDotNet.Running;
using LinearTransformers.Benchmarks.Floors;
using LinearTransformers.Benchmarks.Fuzz;
using LinearTransformers.Benchmarks.PyTorch;

switch (args)
{
    case ["pytorch"]:
        return AgainstPyTorch.Run();
    case ["floors"]:
        FloorTable.Print();
        return 0;
    case ["fuzz", string count, .. string[] targets]:
        return FuzzTable.Print(int.Parse(count, CultureInfo.InvariantCulture), targets);
    case ["scaling", string folder]:
        Scaling.Draw(folder);
        return 0;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(FloorTable).Assembly).Run(args);
        return 0;
}
