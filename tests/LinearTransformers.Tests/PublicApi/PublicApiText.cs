using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LinearTransformers.Tests.PublicApi;

/// <summary>
/// What an assembly shows, as the compiler sees it: a line for each namespace, type and member, with nullability, constraints, names and
/// defaults of parameters. What the compiler makes of a record by itself is left out.
/// </summary>
internal static class PublicApiText
{
    private static readonly SymbolDisplayFormat Names = Format();

    private static readonly SymbolDisplayFormat Types = Format(SymbolDisplayGenericsOptions.IncludeTypeConstraints);

    private static readonly SymbolDisplayFormat Members = Format(
        SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeConstantValue
            | SymbolDisplayMemberOptions.IncludeAccessibility);

    public static string Of(Assembly assembly)
    {
        string platform = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        MetadataReference library = MetadataReference.CreateFromFile(assembly.Location);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "api", references: [library, .. platform.Split(Path.PathSeparator).Where(path => path != assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path))]);
        StringBuilder text = new();
        foreach (IGrouping<string, INamedTypeSymbol> types in TypesOf(
            ((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(library)!).GlobalNamespace)
            .GroupBy(type => type.ContainingNamespace.ToDisplayString()).OrderBy(types => types.Key, StringComparer.Ordinal))
        {
            text.Append(text.Length > 0 ? "\n" : "").Append("namespace ").Append(types.Key).Append('\n');
            foreach (INamedTypeSymbol type in types.OrderBy(type => type.ToDisplayString(Types), StringComparer.Ordinal))
            {
                Append(text, type, "  ");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceSymbol space)
        => [.. space.GetTypeMembers().Where(type => type.DeclaredAccessibility is Accessibility.Public), .. space.GetNamespaceMembers()
            .SelectMany(TypesOf)];

    private static void Append(StringBuilder text, INamedTypeSymbol type, string indent)
    {
        text.Append(indent).Append(Declaration(type)).Append('\n');
        if (type.TypeKind is TypeKind.Delegate)
        {
            return;
        }

        indent += "  ";
        foreach (ISymbol member in type.GetMembers().Where(IsShown).OrderBy(Rank).ThenBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(Line, StringComparer.Ordinal))
        {
            text.Append(indent).Append(Line(member)).Append('\n');
        }

        foreach (INamedTypeSymbol nested in type.GetTypeMembers().Where(IsVisible).OrderBy(nested => nested.Name, StringComparer.Ordinal))
        {
            Append(text, nested, indent);
        }
    }

    private static string Declaration(INamedTypeSymbol type)
    {
        if (type.DelegateInvokeMethod is IMethodSymbol invoke)
        {
            return $"public delegate {invoke.ReturnType.ToDisplayString(Names)} {type.ToDisplayString(Members)}";
        }

        string kind = (type.TypeKind, IsRecord(type)) switch
        {
            (TypeKind.Class, false)
                => type.IsStatic ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class",
            (TypeKind.Class, true) => type.IsAbstract ? "abstract record" : type.IsSealed ? "sealed record" : "record",
            (TypeKind.Struct, bool isRecord)
                => $"{(type.IsReadOnly ? "readonly " : "")}{(type.IsRefLikeType ? "ref " : "")}{(isRecord ? "record " : "")}struct",
            (TypeKind.Enum, _) => "enum",
            (TypeKind.Interface, _) => "interface",
            _ => throw new InvalidOperationException($"{type} is a {type.TypeKind}"),
        };
        INamedTypeSymbol?[] parents =
        [
            type.BaseType is { SpecialType: SpecialType.None } ? type.BaseType : null,
            type.EnumUnderlyingType is { SpecialType: not SpecialType.System_Int32 } ? type.EnumUnderlyingType : null,
            .. type.Interfaces.Where(face => !(IsRecord(type) && face.Name == "IEquatable"))
                .OrderBy(face => face.Name, StringComparer.Ordinal),
        ];
        string list = string.Join(", ", parents.OfType<INamedTypeSymbol>().Select(parent => parent.ToDisplayString(Names)));
        string name = type.ToDisplayString(Names);
        return $"public {kind} {name}{(list.Length > 0 ? " : " : "")}{list}{type.ToDisplayString(Types)[name.Length..]}";
    }

    /// <summary>Values in their order, constants, constructors, properties, methods.</summary>
    private static long Rank(ISymbol member) => member switch
    {
        IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } value => Convert.ToInt64(value.ConstantValue, CultureInfo.InvariantCulture),
        IFieldSymbol => 0,
        IMethodSymbol { MethodKind: MethodKind.Constructor } => 1,
        IPropertySymbol => 2,
        _ => 3,
    };

    private static string Line(ISymbol member)
        => member is IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } value ? $"{value.Name} = {value.ConstantValue}"
            : member.ToDisplayString(Members);

    /// <summary>
    /// Whatever is seen from outside but accessors, which stand at their property, and what a record or a structure has unasked.
    /// </summary>
    private static bool IsShown(ISymbol member)
        => IsVisible(member)
            && member is not INamedTypeSymbol and not IMethodSymbol { AssociatedSymbol: not null }
            && !(member is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.IsEmpty: true }
                && member.ContainingType.IsValueType)
            && !(IsRecord(member.ContainingType) && (IsCompilerGenerated(member) || member.Name is "EqualityContract"));

    private static bool IsVisible(ISymbol symbol)
        => symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    /// <summary>The compiler marks the members that it makes; only by them does it know a record that is a structure.</summary>
    private static bool IsRecord(INamedTypeSymbol type)
        => type.IsRecord || (type.IsValueType && type.GetMembers("Equals").Any(IsCompilerGenerated));

    private static bool IsCompilerGenerated(ISymbol symbol)
        => symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute");

    private static SymbolDisplayFormat Format(
        SymbolDisplayGenericsOptions constraints = default, SymbolDisplayMemberOptions members = default) => new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeVariance | constraints,
        memberOptions: members,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndParameters,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeModifiers
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral);
}
