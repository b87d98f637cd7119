using BenchmarkDotNet.Running;
using LinearTransformers.Benchmarks.Floors;

switch (args)
{
    case ["floors"]:
        FloorTable.Print();
        break;
    case ["scaling", string folder]:
        Scaling.Draw(folder);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(FloorTable).Assembly).Run(args);
        break;
}
