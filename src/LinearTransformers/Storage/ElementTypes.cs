using System.Diagnostics;

namespace LinearTransformers.Storage;

/// <summary>The names and sizes of the element types, and which C# type holds them.</summary>
internal static class ElementTypes
{
    /// <summary>The names we know, for messages.</summary>
    public const string Known = "F32, F64, I32, I64, U32, U8 or BOOL";

    /// <summary>The name in the file's header.</summary>
    public static string Code(this ElementType type) => type switch
    {
        ElementType.F32 => "F32",
        ElementType.F64 => "F64",
        ElementType.I32 => "I32",
        ElementType.I64 => "I64",
        ElementType.U32 => "U32",
        ElementType.U8 => "U8",
        ElementType.Bool => "BOOL",
        _ => throw new UnreachableException(),
    };

    /// <summary>Bytes per element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.F64 or ElementType.I64 => 8,
        ElementType.F32 or ElementType.I32 or ElementType.U32 => 4,
        ElementType.U8 or ElementType.Bool => 1,
        _ => throw new UnreachableException(),
    };

    /// <summary>The type a header means by <paramref name="code"/>, null where we know none.</summary>
    public static ElementType? Parse(string code) => code switch
    {
        "F32" => ElementType.F32,
        "F64" => ElementType.F64,
        "I32" => ElementType.I32,
        "I64" => ElementType.I64,
        "U32" => ElementType.U32,
        "U8" => ElementType.U8,
        "BOOL" => ElementType.Bool,
        _ => null,
    };

    /// <summary>The type that tensors of <typeparamref name="T"/> are written as.</summary>
    public static ElementType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementType.F32
        : typeof(T) == typeof(double) ? ElementType.F64
        : typeof(T) == typeof(int) ? ElementType.I32
        : typeof(T) == typeof(long) ? ElementType.I64
        : typeof(T) == typeof(uint) ? ElementType.U32
        : typeof(T) == typeof(byte) ? ElementType.U8
        : throw new NotSupportedException(
            $"Tensors of {typeof(T).Name} are not supported; use float, double, int, long, uint or byte.");
}
