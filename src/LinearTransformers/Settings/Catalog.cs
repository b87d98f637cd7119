using System.Reflection;

namespace LinearTransformers.Settings;

/// <summary>The parts of a kind, by name.</summary>
public interface ICatalog
{
    /// <summary>What the parts are, such as "optimizer".</summary>
    string Kind { get; }

    /// <summary>The parts, in the order in which they were added.</summary>
    IReadOnlyList<PartEntry> Entries { get; }

    /// <summary>What stands for a part that the program does not have; null where nothing can.</summary>
    internal Part? Absent(string text) => null;
}

/// <summary>A part in a catalog.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Default">One with the defaults of its settings.</param>
/// <param name="IsBare">Whether its values stand alone, without its name.</param>
public sealed record PartEntry(string Name, string Summary, Part Default, bool IsBare = false);

/// <summary>
/// The parts of a kind, by name. A program that uses the library adds its own before it reads settings.
/// </summary>
/// <typeparam name="TKind">What the parts are.</typeparam>
/// <param name="kind">What the parts are called, such as "optimizer".</param>
public sealed class Catalog<TKind>(string kind) : ICatalog
    where TKind : Part
{
    private readonly List<PartEntry> _entries = [];

    /// <inheritdoc/>
    public string Kind { get; } = kind;

    /// <inheritdoc/>
    public IReadOnlyList<PartEntry> Entries => _entries;

    /// <summary>Makes what stands for a part that the program does not have; null where nothing can.</summary>
    internal Func<string, TKind>? Absent { private get; init; }

    Part? ICatalog.Absent(string text) => Absent?.Invoke(text);

    /// <summary>The part of a name, with the defaults of its settings.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public TKind this[string name]
        => (TKind)(_entries.Find(entry => entry.Name == name)?.Default ?? throw new KeyNotFoundException($"there is no {Kind} {name}"));

    /// <summary>Adds a part, which has a <see cref="PartAttribute"/>.</summary>
    /// <returns>This catalog.</returns>
    /// <exception cref="ArgumentException">It has no such attribute, or another part has its name.</exception>
    public Catalog<TKind> Add<TPart>()
        where TPart : TKind, new()
    {
        PartAttribute part = typeof(TPart).GetCustomAttribute<PartAttribute>()
            ?? throw new ArgumentException(
                $"{typeof(TPart).Name} has no {nameof(PartAttribute)}: every part of a catalog must have a name");
        if (_entries.Any(entry => entry.Name == part.Name))
        {
            throw new ArgumentException(
                $"the catalog has a{(Vowels.Contains(Kind[0], StringComparison.Ordinal) ? "n" : "")} {Kind} {part.Name} already: names "
                    + "must differ");
        }

        _entries.Add(new(part.Name, part.Summary, new TPart(), part.IsBare));
        Parts.HaveChanged();
        return this;
    }

    private const string Vowels = "aeiou";
}
