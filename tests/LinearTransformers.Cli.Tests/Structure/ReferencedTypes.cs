using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace LinearTransformers.Cli.Tests.Structure;

/// <summary>
/// Reports the types that signatures and the arguments of attributes name. A plain type is decoded to its full name, with its assembly
/// where that is another; any other type to "".
/// </summary>
/// <param name="onType">Hears types of the assembly, and constructed types.</param>
/// <param name="onName">Hears the names that attributes give as text.</param>
internal sealed class ReferencedTypes(Action<EntityHandle> onType, Action<string> onName)
    : ISignatureTypeProvider<string, object?>, ICustomAttributeTypeProvider<string>
{
    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        onType(handle);
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string name = reader.GetString(type.Name);
        return type.GetDeclaringType().IsNil
            ? $"{reader.GetString(type.Namespace)}.{name}"
            : $"{GetTypeFromDefinition(reader, type.GetDeclaringType(), rawTypeKind)}+{name}";
    }

    /// <summary>A type of another assembly.</summary>
    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name);
        if (type.ResolutionScope.Kind is HandleKind.TypeReference)
        {
            string[] outer = GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, rawTypeKind).Split(',', 2);
            return $"{outer[0]}+{name},{outer[1]}";
        }

        AssemblyReference assembly = reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope);
        return $"{reader.GetString(type.Namespace)}.{name}, {reader.GetString(assembly.Name)}";
    }

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
    {
        onType(handle);
        return "";
    }

    public string GetTypeFromSerializedName(string name)
    {
        onName(name);
        return name;
    }

    /// <summary>What an enumeration's values are in an attribute.</summary>
    public PrimitiveTypeCode GetUnderlyingEnumType(string type)
    {
        Type? found = type.Contains(',') ? Type.GetType(type)
            : AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(type))
                .FirstOrDefault(candidate => candidate is not null);
        return found is { IsEnum: true }
            ? Enum.Parse<PrimitiveTypeCode>(Enum.GetUnderlyingType(found).Name)
            : throw new NotSupportedException($"an attribute has a value of {type}, which is no enumeration that the tests can load");
    }

    public string GetSystemType() => typeof(Type).FullName!;

    public bool IsSystemType(string type) => type.Split(',')[0] == typeof(Type).FullName;

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "";

    public string GetSZArrayType(string elementType) => "";

    public string GetArrayType(string elementType, ArrayShape shape) => "";

    public string GetByReferenceType(string elementType) => "";

    public string GetPointerType(string elementType) => "";

    public string GetPinnedType(string elementType) => "";

    public string GetFunctionPointerType(MethodSignature<string> signature) => "";

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => "";

    public string GetGenericMethodParameter(object? genericContext, int index) => "";

    public string GetGenericTypeParameter(object? genericContext, int index) => "";

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => "";
}
