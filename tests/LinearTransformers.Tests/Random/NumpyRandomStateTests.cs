using System.Text.Json;
using LinearTransformers.Random;
using LinearTransformers.Tests.Golden;

namespace LinearTransformers.Tests.Random;

public class NumpyRandomStateTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, GoldenFile.Read("numpy_gamma").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gammas_are_those_of_NumPy(int index)
    {
        JsonElement golden = GoldenFile.Read("numpy_gamma")[index];
        float[] expected = golden.Floats("gamma");
        TorchStream stream = new(golden.GetProperty("seed").GetUInt64());
        float[] gammas = new float[expected.Length];
        stream.FillGamma(gammas, golden.Double("shape"), golden.Double("scale"));
        Ulp.AssertWithin(2, expected, gammas);
    }
}
