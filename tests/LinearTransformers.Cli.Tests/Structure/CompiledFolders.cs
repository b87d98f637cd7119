using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace LinearTransformers.Cli.Tests.Structure;

/// <summary>
/// The folders of a compiled assembly, which are its namespaces, and the arrows between them: whatever a type of a folder names of
/// another, in its bases, constraints, attributes, members, signatures and method bodies. What the compiler generates within a type
/// counts as the type's own. Constants and members of enumerations leave no arrow: the compiler copies their values.
/// </summary>
internal sealed class CompiledFolders
{
    /// <summary>The name of the folder that the assembly's root namespace is.</summary>
    public const string Root = "(root)";

    private readonly FolderGraph _graph = new();
    private readonly MetadataReader _metadata;
    private readonly PEReader _file;
    private readonly string _namespace;
    private readonly ReferencedTypes _types;
    private readonly Dictionary<string, TypeDefinitionHandle> _byName = new(StringComparer.Ordinal);
    private string _folder = "";

    private CompiledFolders(PEReader file, string rootNamespace)
    {
        _file = file;
        _metadata = file.GetMetadataReader();
        _namespace = rootNamespace;
        _types = new ReferencedTypes(Name, Name);
    }

    /// <summary>Reads an assembly.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="rootNamespace">Of the types in its root folder.</param>
    public static FolderGraph Read(string path, string rootNamespace)
    {
        using PEReader file = new(File.OpenRead(path));
        CompiledFolders folders = new(file, rootNamespace);
        folders.ReadTypes();
        return folders._graph;
    }

    private void ReadTypes()
    {
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            TypeDefinition type = _metadata.GetTypeDefinition(handle);
            if (type.GetDeclaringType().IsNil)
            {
                _byName[$"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}"] = handle;
            }
        }

        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            if (FolderOf(handle) is { } folder)
            {
                _folder = folder;
                _graph.Add(folder);
                ReadType(_metadata.GetTypeDefinition(handle));
            }
        }
    }

    /// <summary>
    /// The folder of a type, or of that which it is nested in; null for what the compiler puts beside the project's types.
    /// </summary>
    private string? FolderOf(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
        {
            type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        }

        string space = _metadata.GetString(type.Namespace);
        return space == _namespace ? Root
            : space.StartsWith(_namespace + ".", StringComparison.Ordinal) ? space[(_namespace.Length + 1)..].Replace('.', '/')
            : space.Length == 0 ? (_metadata.GetString(type.Name).StartsWith('<') ? null : Root)
            : space.StartsWith("System.", StringComparison.Ordinal) || space.StartsWith("Microsoft.", StringComparison.Ordinal) ? null
            : space;
    }

    private void ReadType(TypeDefinition type)
    {
        Name(type.BaseType);
        ReadAttributes(type.GetCustomAttributes());
        ReadGenerics(type.GetGenericParameters());
        foreach (InterfaceImplementation implemented in type.GetInterfaceImplementations().Select(_metadata.GetInterfaceImplementation))
        {
            Name(implemented.Interface);
            ReadAttributes(implemented.GetCustomAttributes());
        }

        foreach (MethodImplementation implementation in type.GetMethodImplementations().Select(_metadata.GetMethodImplementation))
        {
            Name(implementation.MethodDeclaration);
        }

        foreach (FieldDefinition field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            field.DecodeSignature(_types, null);
            ReadAttributes(field.GetCustomAttributes());
        }

        foreach (PropertyDefinition property in type.GetProperties().Select(_metadata.GetPropertyDefinition))
        {
            property.DecodeSignature(_types, null);
            ReadAttributes(property.GetCustomAttributes());
        }

        foreach (EventDefinition happening in type.GetEvents().Select(_metadata.GetEventDefinition))
        {
            Name(happening.Type);
            ReadAttributes(happening.GetCustomAttributes());
        }

        foreach (MethodDefinition method in type.GetMethods().Select(_metadata.GetMethodDefinition))
        {
            ReadMethod(method);
        }
    }

    private void ReadMethod(MethodDefinition method)
    {
        method.DecodeSignature(_types, null);
        ReadAttributes(method.GetCustomAttributes());
        ReadGenerics(method.GetGenericParameters());
        foreach (Parameter parameter in method.GetParameters().Select(_metadata.GetParameter))
        {
            ReadAttributes(parameter.GetCustomAttributes());
        }

        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        MethodBodyBlock body = _file.GetMethodBody(method.RelativeVirtualAddress);
        Name(body.LocalSignature);
        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            Name(region.CatchType);
        }

        foreach (int token in Instructions.Tokens(body.GetILReader()))
        {
            Name(MetadataTokens.EntityHandle(token));
        }
    }

    private void ReadGenerics(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameter parameter in parameters.Select(_metadata.GetGenericParameter))
        {
            ReadAttributes(parameter.GetCustomAttributes());
            foreach (GenericParameterConstraint constraint in parameter.GetConstraints().Select(_metadata.GetGenericParameterConstraint))
            {
                Name(constraint.Type);
            }
        }
    }

    private void ReadAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttribute attribute in attributes.Select(_metadata.GetCustomAttribute))
        {
            Name(attribute.Constructor);
            attribute.DecodeValue(_types);
        }
    }

    /// <summary>An arrow to what stands behind a handle, if that is a type of this assembly or a member of one.</summary>
    private void Name(EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return;
        }

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                if (FolderOf((TypeDefinitionHandle)handle) is { } used)
                {
                    _graph.Add(_folder, used);
                }

                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_types, null);
                break;
            case HandleKind.FieldDefinition:
                Name(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodDefinition:
                Name(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Name(_metadata.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification method = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Name(method.Method);
                method.DecodeSignature(_types, null);
                break;
            case HandleKind.StandaloneSignature:
                ReadSignature(_metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle));
                break;
            case HandleKind.TypeReference or HandleKind.ModuleReference:
                break;
            default:
                throw new NotSupportedException($"a {handle.Kind} where a type or member was expected");
        }
    }

    private void ReadSignature(StandaloneSignature signature)
    {
        if (signature.GetKind() is StandaloneSignatureKind.Method)
        {
            signature.DecodeMethodSignature(_types, null);
        }
        else
        {
            signature.DecodeLocalSignature(_types, null);
        }
    }

    /// <summary>Arrows to what an attribute names by text: a type, and within brackets what it is made of.</summary>
    private void Name(string serialized)
    {
        foreach (string part in serialized.Split(['[', ']', ',', '+', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (_byName.TryGetValue(part, out TypeDefinitionHandle type))
            {
                Name(type);
            }
        }
    }
}
