using System.Globalization;
using LinearTransformers.Models;
using LinearTransformers.Shapes;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>Which blocks of a model's Hessian are looked at.</summary>
public enum BlockKind
{
    /// <summary>The whole.</summary>
    All,

    /// <summary>One for each layer.</summary>
    Layers,

    /// <summary>One for each matrix, or other array, of each layer and head.</summary>
    Matrices,
}

/// <summary>Some of a model's parameters, among those that its loss depends on.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Places">Where they are among these, ascending.</param>
internal sealed record ParameterBlock(string Name, int[] Places)
{
    /// <summary>The blocks of a model; none is empty.</summary>
    /// <param name="settings">The run's settings.</param>
    /// <param name="live">The parameters that the loss depends on, ascending.</param>
    /// <param name="kind">Which blocks.</param>
    public static IReadOnlyList<ParameterBlock> Of(TrainingSettings settings, IReadOnlyList<int> live, BlockKind kind)
    {
        if (kind is BlockKind.All)
        {
            return [new("all parameters", [.. Enumerable.Range(0, live.Count)])];
        }

        List<ParameterBlock> blocks = [];
        string[] names = [.. Names(settings, kind)];
        foreach (string name in names.Distinct())
        {
            int[] places = [.. Enumerable.Range(0, live.Count).Where(place => names[live[place]] == name)];
            if (places.Length > 0)
            {
                blocks.Add(new(name, places));
            }
        }

        return blocks;
    }

    /// <summary>The block of each parameter.</summary>
    private static IEnumerable<string> Names(TrainingSettings settings, BlockKind kind)
    {
        bool isTied = settings.Layout.Arrays.All(array => array.Sizes[0] == 1) && settings.Layers > 1;
        bool isTransformer = settings.Model is LinearTransformerModel;
        (string p, string q) = settings.Model is LinearTransformerModel { IsFull: false } ? ("B", "A") : ("P", "Q");
        foreach (ParameterArray array in settings.Layout.Arrays)
        {
            bool hasLayers = (array.Sizes.Count > 2 || isTransformer)
                && array.Sizes[0] == (isTied ? 1 : settings.Layers) && array.Sizes[1] == settings.Heads;
            bool hasBoth = hasLayers && array.Name == "allparam" && array.Sizes[2] == 2;
            int ofLayer = hasLayers ? array.Count / array.Sizes[0] : array.Count;
            int ofHead = hasLayers ? ofLayer / settings.Heads : array.Count;
            for (int i = 0; i < array.Count; i++)
            {
                string layer = isTied ? "" : (i / ofLayer).ToString(CultureInfo.InvariantCulture);
                if (!hasLayers)
                {
                    yield return array.Name;
                }
                else if (kind is BlockKind.Layers)
                {
                    yield return isTied ? "all layers" : "layer " + layer;
                }
                else
                {
                    string letter = !hasBoth ? array.Name : i % ofHead < ofHead / 2 ? p : q;
                    string head = settings.Heads == 1 ? ""
                        : string.Create(CultureInfo.InvariantCulture, $" head {(i / ofHead % settings.Heads) + 1}");
                    yield return letter + layer + head;
                }
            }
        }
    }
}
