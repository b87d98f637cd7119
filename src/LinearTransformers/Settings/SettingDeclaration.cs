using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;

namespace LinearTransformers.Settings;

/// <summary>A setting as its property declares it.</summary>
public sealed class SettingDeclaration
{
    private static readonly ConcurrentDictionary<Type, SettingDeclaration[]> OfTypes = new();
    private static readonly ConcurrentDictionary<Type, MethodInfo> Clones = new();

    private readonly SettingAttribute _attribute;
    private readonly PropertyInfo _property;

    private SettingDeclaration(PropertyInfo property, SettingAttribute attribute, object? @default)
    {
        (_property, _attribute, Default) = (property, attribute, @default);
        Kind = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        IsPart = Kind.IsAssignableTo(typeof(Part));
    }

    /// <summary>Its name in a configuration; the property's where it has none of its own.</summary>
    public string Name => _attribute.Name ?? _property.Name;

    /// <summary>The property's name.</summary>
    public string PropertyName => _property.Name;

    /// <summary>Whether it has a name of its own.</summary>
    public bool IsNamed => _attribute.Name is not null;

    /// <summary>The option that it stands in.</summary>
    public string Option => _attribute.Option ?? Name;

    /// <summary>Other names of that.</summary>
    public IReadOnlyList<string> Aliases => _attribute.Aliases;

    /// <summary>What it means.</summary>
    public string Help => _attribute.Help;

    /// <summary>The heading that it stands under in the help.</summary>
    public string? Group => _attribute.Group;

    /// <summary>What the value is called.</summary>
    public string Value => _attribute.Value;

    /// <summary>Its place behind the part's name, from 1; 0 where it has none.</summary>
    public int Position => _attribute.Position;

    /// <summary>Whether it is another way to say what other settings hold.</summary>
    public bool IsOtherName => _attribute.IsOtherName;

    /// <summary>Whether there is an option for it.</summary>
    public bool HasOption => IsNamed && !_attribute.HasNoOption;

    /// <summary>Whether a configuration leaves it out where it is null.</summary>
    public bool IsOmittedIfNull => _attribute.IsOmittedIfNull;

    /// <summary>The setting that it only makes exact; null for one that stands by itself.</summary>
    public string? Completes => _attribute.Completes;

    /// <summary>The type of its values, null aside.</summary>
    public Type Kind { get; }

    /// <summary>Whether it may be null, which the command line calls none.</summary>
    public bool IsNullable => Kind != _property.PropertyType
        || (!Kind.IsValueType && new NullabilityInfoContext().Create(_property).WriteState is NullabilityState.Nullable);

    /// <summary>The few values that there are, as a command line has them; none where there are many.</summary>
    public IEnumerable<string> Choices => SettingValue.Choices(Kind);

    /// <summary>Whether its values are parts.</summary>
    public bool IsPart { get; }

    /// <summary>What a new object has.</summary>
    public object? Default { get; }

    /// <summary>The default as the help says it.</summary>
    public string DefaultText => _attribute.Default ?? SettingValue.Format(Default);

    /// <summary>Whether it has many values, with commas between them.</summary>
    internal bool IsList => Kind == typeof(IReadOnlyList<double>);

    /// <summary>Whether its values are any text.</summary>
    internal bool IsText => Kind == typeof(string);

    /// <summary>The settings that a type declares, in the order of its properties.</summary>
    /// <exception cref="ArgumentException">The type cannot be made without arguments.</exception>
    public static IReadOnlyList<SettingDeclaration> Of(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return OfTypes.GetOrAdd(type, static type =>
        {
            object blank = Activator.CreateInstance(type)
                ?? throw new ArgumentException($"{type.Name} has no constructor without arguments");

            // A query over pairs would be compiled at every start of the program: there is no compiled code for those in the libraries.
            List<SettingDeclaration> settings = [];
            foreach (PropertyInfo property in type.GetProperties())
            {
                if (property.GetCustomAttribute<SettingAttribute>() is { } attribute)
                {
                    settings.Add(new SettingDeclaration(property, attribute, property.GetValue(blank)));
                }
            }

            return [.. settings.OrderBy(setting => setting._property.MetadataToken)];
        });
    }

    /// <summary>Its value.</summary>
    public object? Get(object owner) => _property.GetValue(owner);

    /// <summary>Its value as text.</summary>
    internal string TextIn(object owner)
        => Get(owner) is { } value ? SettingValue.Format(value) : _attribute.Default is null ? SettingValue.None : "default";

    /// <summary>A copy of a record that has another value here.</summary>
    internal object With(object owner, object? value)
    {
        MethodInfo clone = Clones.GetOrAdd(
            owner.GetType(), static type => type.GetMethod("<Clone>$", BindingFlags.Public | BindingFlags.Instance)
            ?? throw new ArgumentException($"{type.Name} is not a record: settings must stand on records"));
        object copy = clone.Invoke(owner, null)!;
        _property.SetValue(copy, value);
        return copy;
    }

    /// <summary>A value from the text of a command line.</summary>
    /// <param name="name">What the value is called in a message: its option.</param>
    /// <param name="text">The text.</param>
    /// <param name="current">The value that is there.</param>
    /// <exception cref="SettingException">It is none, or out of range.</exception>
    internal object? Parse(string name, string text, object? current = null)
    {
        if (text == SettingValue.None && IsNullable)
        {
            return null;
        }

        object value = SettingValue.Parse(name, Kind, text, current as Part);
        Check(value, name);
        return value;
    }

    /// <summary>Refuses a value out of range.</summary>
    /// <exception cref="SettingException">It is.</exception>
    internal void Check(object? value, string? name = null)
    {
        if (WhatIsWrong(value) is { } requirement)
        {
            throw new SettingException(name ?? Option, value, requirement);
        }
    }

    /// <summary>What a value must be that it is not; null where it is right.</summary>
    internal string? WhatIsWrong(object? value)
        => value switch
        {
            double or int or long
                => IsInRange(Convert.ToDouble(value, CultureInfo.InvariantCulture)) ? null
                    : SettingValue.Range(_attribute, value is double),
            IReadOnlyList<double> list => list.All(IsInRange) ? null : "numbers, each " + SettingValue.Range(_attribute, isReal: true),
            Enum => Enum.IsDefined(value.GetType(), value) ? null : SettingValue.Requirement(Kind, ""),
            null => IsNullable ? null : SettingValue.Requirement(Kind, ""),
            _ => null,
        };

    private bool IsInRange(double number)
        => double.IsFinite(number)
            && number >= _attribute.AtLeast && number <= _attribute.AtMost && number > _attribute.Above && number < _attribute.Below;
}
