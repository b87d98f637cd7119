namespace LinearTransformers.Storage;

/// <summary>What one element of a tensor is, by the names the safetensors format gives them. All are little-endian.</summary>
public enum ElementType
{
    /// <summary>Single precision, <see cref="float"/>, NumPy's float32.</summary>
    F32,

    /// <summary>Double precision, <see cref="double"/>, NumPy's float64.</summary>
    F64,

    /// <summary>Signed 32-bit integer, <see cref="int"/>.</summary>
    I32,

    /// <summary>Signed 64-bit integer, <see cref="long"/>.</summary>
    I64,

    /// <summary>Unsigned 32-bit integer, <see cref="uint"/>.</summary>
    U32,

    /// <summary>Unsigned 8-bit integer, <see cref="byte"/>.</summary>
    U8,

    /// <summary>Truth values (<c>BOOL</c>), one byte each: read as <see cref="byte"/>, and not checked to be 0 or 1.</summary>
    Bool,
}
