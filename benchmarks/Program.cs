using System.Globalization;
using BenchmarkDotNet.Running;
using LinearTransformers.Benchmarks.Floors;
using LinearTransformers.Benchmarks.Fuzz;
using LinearTransformers.Benchmarks.PyTorch;
using LinearTransformers.Benchmarks.Yardstick;

switch (args)
{
    case ["pytorch", "settings"]:
        return SettingTable.Run();
    case ["pytorch", .. string[] batchSizes]:
        int[] usual = [1000, 4000, 20000];
        return AgainstPyTorch.Run(batchSizes is [] ? usual : [.. batchSizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
    case ["floors"]:
        FloorTable.Print();
        return 0;
    case ["options"]:
        OptionTable.Print();
        return 0;
    case ["yardstick"]:
        return YardstickTable.Print();
    case ["startup"]:
        return StartupTable.Print();
    case ["structures"]:
        StructureTable.Print();
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
