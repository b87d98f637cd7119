namespace LinearTransformers.Settings;

/// <summary>All settings of a record: its own, and those of the parts that it has, by name.</summary>
internal static class SettingTree
{
    /// <summary>
    /// The settings that a record has now, each with the record that it stands on: a part's follow the setting that names it.
    /// </summary>
    public static IEnumerable<(SettingDeclaration Setting, object Owner)> Flatten(object owner)
    {
        foreach (SettingDeclaration setting in SettingDeclaration.Of(owner.GetType())
            .Where(setting => setting.IsNamed && !setting.IsOtherName))
        {
            yield return (setting, owner);
            if (setting.IsPart && setting.Get(owner) is { } part)
            {
                foreach ((SettingDeclaration, object) below in Flatten(part))
                {
                    yield return below;
                }
            }
        }
    }

    /// <summary>Refuses values out of range, those of parts too, also of settings that have no name of their own.</summary>
    /// <exception cref="SettingException">Says which, its value and what would be right.</exception>
    /// <param name="owner">The record.</param>
    /// <param name="name">The setting that names it, where it is a part.</param>
    public static void Check(object owner, string name = "")
    {
        foreach (SettingDeclaration setting in SettingDeclaration.Of(owner.GetType()).Where(setting => !setting.IsOtherName))
        {
            object? value = setting.Get(owner);
            if (setting.IsNamed || owner is not Part of)
            {
                setting.Check(value);
            }
            else if (setting.WhatIsWrong(value) is { } requirement)
            {
                throw new SettingException(name, Parts.TextOf(of), $"{Parts.Form(of)} with {setting.Value} {requirement}");
            }

            if (value is Part part)
            {
                Check(part, setting.Option);
            }
        }
    }

    /// <summary>
    /// Every setting that a record of a type can have, whichever parts it has: a part's follow the setting that names it.
    /// </summary>
    public static IEnumerable<DeclaredSetting> All(Type type) => All(type, null, null);

    /// <summary>
    /// A copy of a record in which a setting has another value; the record itself where none of its parts has such a setting.
    /// </summary>
    /// <param name="owner">The record.</param>
    /// <param name="name">The setting.</param>
    /// <param name="read">Makes the value from its declaration and the one that is there.</param>
    /// <param name="hasIt">Whether there is such a setting.</param>
    public static T With<T>(T owner, string name, Func<SettingDeclaration, object?, object?> read, out bool hasIt)
        where T : class
    {
        IReadOnlyList<SettingDeclaration> settings = SettingDeclaration.Of(owner.GetType());
        if (settings.FirstOrDefault(setting => setting.IsNamed && setting.Name == name) is { } own)
        {
            hasIt = true;
            return (T)own.With(owner, read(own, own.Get(owner)));
        }

        hasIt = false;
        foreach (SettingDeclaration setting in settings.Where(setting => setting.IsPart && !setting.IsOtherName))
        {
            if (setting.Get(owner) is Part part)
            {
                Part changed = With(part, name, read, out bool partHasIt);
                hasIt |= partHasIt;
                owner = partHasIt ? (T)setting.With(owner, changed) : owner;
            }
        }

        return owner;
    }

    private static IEnumerable<DeclaredSetting> All(Type type, PartEntry? part, string? above)
    {
        foreach (SettingDeclaration setting in SettingDeclaration.Of(type).Where(setting => setting.IsNamed))
        {
            string? group = setting.Group ?? above;
            yield return new(setting, part, group);
            if (setting.IsPart)
            {
                foreach (PartEntry entry in Parts.Of(setting.Kind).Entries)
                {
                    foreach (DeclaredSetting below in All(entry.Default.GetType(), entry, group))
                    {
                        yield return below;
                    }
                }
            }
        }
    }
}
