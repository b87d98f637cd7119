using BenchmarkDotNet.Running;
using LinearTransformers.Benchmarks.Floors;

if (args is ["floors", ..])
{
    FloorTable.Print();
    return;
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
