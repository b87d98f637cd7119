using System.Collections;

namespace LinearTransformers.Settings;

/// <summary>Numbers in an order; two lists are equal if their numbers are, so that records which have them compare as records do.</summary>
/// <param name="numbers">The numbers.</param>
internal sealed class NumberList(double[] numbers) : IReadOnlyList<double>, IEquatable<NumberList>
{
    public int Count => numbers.Length;

    public double this[int index] => numbers[index];

    public bool Equals(NumberList? other) => other is not null && numbers.AsSpan().SequenceEqual(other.ToArray());

    public override bool Equals(object? obj) => Equals(obj as NumberList);

    public override int GetHashCode() => numbers.Aggregate(numbers.Length, HashCode.Combine);

    public IEnumerator<double> GetEnumerator() => numbers.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private double[] ToArray() => numbers;
}
