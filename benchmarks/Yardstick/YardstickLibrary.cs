using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace LinearTransformers.Benchmarks.Yardstick;

/// <summary>The functions of the C++ files, built by g++ for this processor.</summary>
internal sealed unsafe class YardstickLibrary
{
    private readonly nint _library;

    private YardstickLibrary(nint library) => _library = library;

    /// <summary>A new engine of a seed.</summary>
    public delegate* unmanaged<uint, void*> NewEngine => (delegate* unmanaged<uint, void*>)Export("engine_new");

    /// <summary>Blocks of 624 words.</summary>
    public delegate* unmanaged<void*, uint*, int, void> Words => (delegate* unmanaged<void*, uint*, int, void>)Export("words");

    /// <summary>Normals of blocks of sixteen words.</summary>
    public delegate* unmanaged<uint*, float*, int, void> Normals => (delegate* unmanaged<uint*, float*, int, void>)Export("normals");

    /// <summary>Statistics from tokens and task vectors: tokens, stride, task vectors, N, bundles, statistics.</summary>
    public delegate* unmanaged<float*, long, float*, int, int, float*, void> Statistics
        => (delegate* unmanaged<float*, long, float*, int, int, float*, void>)Export("statistics");

    /// <summary>
    /// Loss and gradient of nonlinear regression, three layers, d = 5: tokens, N, bundles, hidden units, parameters, gradient.
    /// </summary>
    public delegate* unmanaged<float*, int, int, int, float*, float*, double> Nonlinear
        => (delegate* unmanaged<float*, int, int, int, float*, float*, double>)Export("nonlinear");

    /// <summary>Loss and gradient of softmax attention, three layers, d = 5: tokens, N, bundles, parameters, gradient.</summary>
    public delegate* unmanaged<float*, int, int, float*, float*, double> Attention
        => (delegate* unmanaged<float*, int, int, float*, float*, double>)Export("attention");

    /// <summary>Builds it; null, with a reason in one line, where that is not possible.</summary>
    public static YardstickLibrary? Build(out string reason)
    {
        string library = Path.Combine(AppContext.BaseDirectory, "yardstick.so");
        ProcessStartInfo start = new("g++")
        {
            ArgumentList =
            {
                "-O3", "-march=native", "-std=c++17", "-fno-math-errno", "-ffp-contract=fast", "-fPIC", "-shared", "-o", library,
            },
            RedirectStandardError = true,
        };
        foreach (string source in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Yardstick"), "*.cpp"))
        {
            start.ArgumentList.Add(source);
        }

        if (!Avx512F.IsSupported)
        {
            // What the library does not use, C++ does not either.
            start.ArgumentList.Insert(2, "-mno-avx512f");
        }

        try
        {
            using Process process = Process.Start(start)!;
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            reason = errors.Split('\n')[0];
            return process.ExitCode == 0 ? new(NativeLibrary.Load(library)) : null;
        }
        catch (Win32Exception)
        {
            reason = "g++ was not found";
            return null;
        }
    }

    /// <summary>Loss and gradient of three layers: statistics, bundles, parameters, gradient; of dimension 5, 10 or 64.</summary>
    public delegate* unmanaged<float*, int, float*, float*, double> Gradient(int dimension)
        => (delegate* unmanaged<float*, int, float*, float*, double>)Export(FormattableString.Invariant($"gradient{dimension}"));

    private void* Export(string name) => (void*)NativeLibrary.GetExport(_library, name);
}
