using System.Collections.Concurrent;
using System.Reflection;

namespace LinearTransformers.Settings;

/// <summary>
/// Parts by name, and as the text that stands for them: the name, and behind a colon the settings that have a place there.
/// </summary>
public static class Parts
{
    private const char BeforeValues = ':';
    private const char BetweenValues = ',';

    private static readonly ConcurrentDictionary<Type, ICatalog> OfKinds = new();
    private static readonly ConcurrentDictionary<Type, PartAttribute?> Attributes = new();
    private static int _version;

    /// <summary>How often parts were added to any catalog: what was gathered from catalogs holds as long as this stays.</summary>
    internal static int Version => Volatile.Read(ref _version);

    /// <summary>Says that a catalog has another part; catalogs are made by whichever thread needs them first.</summary>
    internal static void HaveChanged() => Interlocked.Increment(ref _version);

    /// <summary>The catalog of a kind: its static property of the name "Catalog".</summary>
    /// <exception cref="ArgumentException">The kind has none.</exception>
    public static ICatalog Of(Type kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return OfKinds.GetOrAdd(
            kind, static kind => kind.GetProperty("Catalog", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as ICatalog
            ?? throw new ArgumentException($"{kind.Name} has no public static property Catalog: a kind of parts must have one"));
    }

    /// <summary>A part's name.</summary>
    public static string NameOf(Part part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return part is IAbsentPart absent ? absent.Text.Split(BeforeValues)[0] : AttributeOf(part)?.Name
            ?? throw new ArgumentException($"{part.GetType().Name} has no {nameof(PartAttribute)}: every part must have one");
    }

    /// <summary>
    /// A part as text, such as <c>student-t:3</c>: what has no name of its own stands behind the colon, without what is null at the end.
    /// </summary>
    public static string TextOf(Part part)
    {
        if (part is IAbsentPart absent)
        {
            return absent.Text;
        }

        object?[] values = [.. Behind(part.GetType(), isNamed: false).Select(setting => setting.Get(part))];
        int count = Array.FindLastIndex(values, value => value is not null) + 1;
        string text = string.Join(BeforeValues, values.Take(count).Select(SettingValue.Format));
        return IsBare(part) ? text : NameOf(part) + (text.Length == 0 ? "" : BeforeValues + text);
    }

    /// <summary>A part from its text: its name, and behind a colon the settings that have a place there.</summary>
    /// <typeparam name="TKind">The kind of part.</typeparam>
    /// <param name="setting">What names the part, for messages.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="SettingException">There is no such part, or a value is wrong.</exception>
    public static TKind Parse<TKind>(string setting, string text)
        where TKind : Part
    {
        ArgumentNullException.ThrowIfNull(text);
        return (TKind)Parse(setting, typeof(TKind), text, null);
    }

    /// <summary>
    /// A part from its text. Where <paramref name="current"/> has the name and no values are given, it is that one: settings of a part
    /// that was chosen before stay.
    /// </summary>
    /// <param name="setting">The setting that names the part, for messages.</param>
    /// <param name="kind">The kind of part.</param>
    /// <param name="text">Its name, and what stands behind the colon.</param>
    /// <param name="current">The part that is there.</param>
    /// <exception cref="SettingException">There is no such part, or a value is wrong.</exception>
    internal static Part Parse(string setting, Type kind, string text, Part? current)
    {
        ICatalog catalog = Of(kind);
        if (catalog.Entries.FirstOrDefault(entry => entry.IsBare) is { } bare && StartsWithNumber(text))
        {
            return Read(setting, text, bare.Default, text);
        }

        int colon = text.IndexOf(BeforeValues, StringComparison.Ordinal);
        string name = colon < 0 ? text : text[..colon];
        Part part = catalog.Entries.FirstOrDefault(entry => entry.Name == name)?.Default
            ?? throw new SettingException(setting, text, Requirement(kind, name));
        if (colon < 0)
        {
            return current?.GetType() == part.GetType() ? current : part;
        }

        return Read(setting, text, part, text[(colon + 1)..]);
    }

    /// <summary>A part with the values that stand behind its name.</summary>
    private static Part Read(string setting, string text, Part part, string behind)
    {
        SettingDeclaration[] places = [.. Behind(part.GetType(), isNamed: null)];
        if (places.Length == 0)
        {
            throw new SettingException(setting, text, $"{NameOf(part)}, without a colon: it takes no values");
        }

        string[] values = places is [{ IsList: true } or { IsText: true }] ? [behind] : behind.Split(BetweenValues, BeforeValues);
        if (values.Length > places.Length)
        {
            throw new SettingException(setting, text, $"{Form(part)}, with no more values than that");
        }

        foreach ((SettingDeclaration place, string value) in places.Zip(values))
        {
            object? read;
            try
            {
                read = place.Parse(setting, value);
            }
            catch (SettingException exception)
            {
                throw new SettingException(setting, text, $"{Form(part)} with {place.Value} {exception.Requirement}");
            }

            part = (Part)place.With(part, read);
        }

        return part;
    }

    /// <summary>Whether the program has no such part, and something can stand for it.</summary>
    /// <param name="kind">The kind of part.</param>
    /// <param name="text">Its name, and what stands behind the colon.</param>
    internal static bool IsAbsent(Type kind, string text)
    {
        ICatalog catalog = Of(kind);
        return catalog.Entries.All(entry => entry.Name != text.Split(BeforeValues)[0] && !(entry.IsBare && StartsWithNumber(text)))
            && catalog.Absent(text) is not null;
    }

    /// <summary>How a part is written, such as <c>student-t:ν</c>.</summary>
    internal static string Form(Part part)
    {
        string[] places = [.. Behind(part.GetType(), isNamed: null).Select(setting => setting.Value)];
        string values = string.Join(BeforeValues, places);
        return IsBare(part) ? values : places.Length == 0 ? NameOf(part) : NameOf(part) + BeforeValues + values;
    }

    /// <summary>What the text of a part must be, and which name was meant.</summary>
    internal static string Requirement(Type kind, string text)
    {
        ICatalog catalog = Of(kind);
        string[] forms = [.. catalog.Entries.Select(entry => Form(entry.Default))];
        return SettingValue.OneOf(forms) + Spelling.Suggestion(text, catalog.Entries.Select(entry => entry.Name));
    }

    private static bool IsBare(Part part) => AttributeOf(part) is { IsBare: true };

    private static PartAttribute? AttributeOf(Part part)
        => Attributes.GetOrAdd(part.GetType(), static type => type.GetCustomAttribute<PartAttribute>());

    private static bool StartsWithNumber(string text)
        => text.Length > 0 && (char.IsAsciiDigit(text[0]) || text[0] is '.' or '-' or '+');

    /// <summary>A part's settings that stand behind its name, in their order.</summary>
    private static IEnumerable<SettingDeclaration> Behind(Type part, bool? isNamed)
        => SettingDeclaration.Of(part).Where(setting => setting.Position > 0 && (isNamed is null || setting.IsNamed == isNamed))
            .OrderBy(setting => setting.Position);
}
