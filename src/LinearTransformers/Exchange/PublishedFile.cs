using LinearTransformers.Storage;
using LinearTransformers.Storage.Torch;

namespace LinearTransformers.Exchange;

/// <summary>
/// What the notebooks of the published code saved with torch.save: <c>hist_list</c> or <c>hist</c> (one run), <c>hist_dict</c> (several, by
/// keys) with <c>U_dict</c> and <c>D_dict</c> or <c>U</c> and <c>D</c>, state_dicts beside <c>param_list</c>, or plain numbers such as
/// <c>noiseList</c>. What holds runs is told by the shapes, not by these names. A list of state_dicts is one iterate many times over, as a
/// state_dict is no copy; the iterates are then taken from the vectors beside it.
/// </summary>
public sealed class PublishedFile
{
    private PublishedFile(
        IReadOnlyList<PublishedRun> runs, IReadOnlyList<Tensor> values, IReadOnlyList<string> leftOut, IReadOnlyList<string> remarks)
        => (Runs, Values, LeftOut, Remarks) = (runs, values, leftOut, remarks);

    /// <summary>The runs, in the order of the file.</summary>
    public IReadOnlyList<PublishedRun> Runs { get; }

    /// <summary>
    /// Everything else that is made of numbers, named by its place in the file: <c>noiseList</c>, <c>hist_list.0.0.weight</c>.
    /// </summary>
    public IReadOnlyList<Tensor> Values { get; }

    /// <summary>Places of what is not: text, None, empty lists.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>A sentence for each run that was found elsewhere than in the entry of its name.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFormatException">torch.save did not write it, or it is damaged, or its parts do not go together.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PublishedFile Read(string path) => Of(TorchFile.Read(path));

    internal static PublishedFile Of(TorchFile file)
    {
        RunFinder finder = new(file);
        List<PublishedRun> runs = [];
        LooseValues values = new(file);
        if (file.Root is PickledDictionary root && root.Entries.TrueForAll(entry => entry.Key.Text is not null) && !RunFinder.IsRun(root))
        {
            foreach ((PickledKey key, object? value) in root.Entries)
            {
                string name = string.Join('-', key.Parts);
                if (finder.IsPartOfARun(key, value))
                {
                    continue;
                }

                if (finder.Find(value, name) is { } found)
                {
                    runs.AddRange(found);
                }
                else
                {
                    values.Add(name, value);
                }
            }
        }
        else if (finder.Find(file.Root, "") is { } whole)
        {
            runs.AddRange(whole);
        }
        else
        {
            values.Add("value", file.Root);
        }

        return new PublishedFile(runs, values.Tensors, values.LeftOut, finder.Remarks);
    }
}
