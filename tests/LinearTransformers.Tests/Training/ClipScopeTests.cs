using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Optimizers;
using LinearTransformers.Tests.Tables;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>What gradients are clipped by where each matrix is by itself: the first step of gradient descent of rate 1.</summary>
public class ClipScopeTests
{
    public static TheoryData<string, bool> Structures
        => [.. from text in PartCases.TextsOf(typeof(ParameterStructure))
               from hasCorner in (bool[])[false, true]
               where !hasCorner || !PartCases.Part<ParameterStructure>(text).IsFull
               select (text, hasCorner)];

    [Theory]
    [MemberData(nameof(Structures))]
    public void Each_matrix_of_each_head_is_clipped_by_its_own_norm(string parameters, bool hasCorner)
    {
        TrainingSettings settings = new()
        {
            Model = new LinearTransformerModel
            {
                Parameters = PartCases.Part<ParameterStructure>(parameters),
                HasTrainedCorner = hasCorner,
            },
            Heads = 2,
            Dimension = 3,
            BatchSize = 50,
            InitialDeviation = 0.5,
            Optimizer = new Sgd { Momentum = 0 },
            LearningRate = 1,
            ToClip = false,
            Precision = Precision.Double,
            MaxIterations = 1,
        };
        double[] gradient = Step(settings);

        // What stands for a matrix: P or Q of allparam, and all of a head's other arrays.
        int[] sizes = [.. settings.Layout.Arrays.SelectMany(array => Enumerable.Repeat(
            array.Sizes.Skip(array.Name == "allparam" ? 3 : 2).Aggregate(1, (product, size) => product * size),
            settings.Layers * settings.Heads * (array.Name == "allparam" ? 2 : 1)))];
        double[] norms = new double[sizes.Length];
        for (int i = 0, from = 0; i < sizes.Length; from += sizes[i++])
        {
            norms[i] = Math.Sqrt(gradient.Skip(from).Take(sizes[i]).Sum(entry => entry * entry));
        }

        // Half of them are longer, of those that are not zero.
        double threshold = norms.Where(norm => norm > 0).Order().ElementAt(norms.Count(norm => norm > 0) / 2) * 0.99;
        double[] clipped = Step(settings with { ToClip = true, ClipScope = ClipScope.Matrix, ClipThreshold = threshold });

        Assert.Equal(gradient.Length, sizes.Sum());
        Assert.Contains(norms, norm => norm > threshold);
        int place = 0;
        foreach ((int size, double norm) in sizes.Zip(norms))
        {
            double factor = Math.Min(1, threshold / norm);
            for (int end = place + size; place < end; place++)
            {
                Assert.Equal(gradient[place] == 0 ? 0 : gradient[place] * factor, clipped[place], 1e-12 * norms.Max());
            }
        }
    }

    private static double[] Step(TrainingSettings settings)
    {
        TrainingRun<double> run = new(settings);
        double[] before = run.Parameters.ToArray();
        run.Run();
        return [.. before.Zip(run.Parameters.ToArray(), (from, to) => from - to)];
    }
}
