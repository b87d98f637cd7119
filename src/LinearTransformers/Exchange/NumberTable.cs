using System.Collections.Immutable;
using System.Globalization;
using LinearTransformers.Storage;

namespace LinearTransformers.Exchange;

/// <summary>
/// Tensors as one table of comma-separated values: a line of names, then a line for each index along the first axis. A tensor of
/// several axes has a column for each entry, <c>allparam[0 0 1 2 3]</c>; one that does not depend on the index says the same in every
/// line. Numbers round-trip; what is missing or not a number is empty.
/// </summary>
internal static class NumberTable
{
    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="rows">Those whose first axis is that of the table, all of one length.</param>
    /// <param name="constants">Those that say the same in every line.</param>
    /// <exception cref="ArgumentException">Lengths differ, or there is nothing with rows.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Tensor> rows, IReadOnlyList<Tensor> constants)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(constants);
        if (rows.Count == 0 || rows.Any(tensor => tensor.Shape.Length == 0 || tensor.Shape[0] != rows[0].Shape[0]))
        {
            throw new ArgumentException("tensors of one length along their first axis make a table, and these are none", nameof(rows));
        }

        AtomicFile.Write(path, stream =>
        {
            using StreamWriter writer = new(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(string.Join(',', rows.SelectMany(tensor => Names(tensor.Name, tensor.Shape[1..]))
                .Concat(constants.SelectMany(tensor => Names(tensor.Name, tensor.Shape)))));
            string same = string.Concat(
                constants.SelectMany(tensor => Enumerable.Range(0, tensor.Count).Select(i => "," + Text(tensor, i))));
            for (int row = 0; row < rows[0].Shape[0]; row++)
            {
                string separator = "";
                foreach (Tensor tensor in rows)
                {
                    int width = tensor.Count / tensor.Shape[0];
                    for (int i = 0; i < width; i++)
                    {
                        writer.Write(separator);
                        writer.Write(Text(tensor, (row * width) + i));
                        separator = ",";
                    }
                }

                writer.WriteLine(same);
            }
        });
    }

    private static IEnumerable<string> Names(string name, ImmutableArray<int> shape)
    {
        string plain = name.Length == 0 || name.Any(c => c is ',' or '"' || char.IsControl(c)) || name[0] is '=' or '+' or '-' or '@'
            ? throw new ArgumentException(
                $"{Wording.Quote(name)} cannot be a column's name; it should have no comma, quotation mark, line end or other control "
                    + "character, and not begin with =, +, - or @, which tables take for formulas", nameof(name))
            : name;
        if (shape.Length == 0)
        {
            yield return plain;
            yield break;
        }

        int[] index = new int[shape.Length];
        for (long left = shape.Aggregate(1L, (product, length) => product * length); left > 0; left--)
        {
            yield return $"{plain}[{string.Join(' ', index)}]";
            for (int axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }
    }

    private static string Text(Tensor tensor, int index) => tensor switch
    {
        Tensor<float> floats
            => float.IsNaN(floats.Values.Span[index]) ? "" : floats.Values.Span[index].ToString("R", CultureInfo.InvariantCulture),
        Tensor<double> doubles
            => double.IsNaN(doubles.Values.Span[index]) ? "" : doubles.Values.Span[index].ToString("R", CultureInfo.InvariantCulture),
        Tensor<long> longs => longs.Values.Span[index].ToString(CultureInfo.InvariantCulture),
        Tensor<int> ints => ints.Values.Span[index].ToString(CultureInfo.InvariantCulture),
        Tensor<uint> uints => uints.Values.Span[index].ToString(CultureInfo.InvariantCulture),
        _ => ((Tensor<byte>)tensor).Values.Span[index].ToString(CultureInfo.InvariantCulture),
    };
}
