namespace LinearTransformers.Cli.Tests.Structure.Example.Below;

/// <summary>What the classes beside this folder name, each in a way of its own.</summary>
internal class Piece
{
    public static int Count = Number();

    public static int Number() => 1;
}

internal interface IPiece;

internal sealed class PieceException : Exception;

[AttributeUsage(AttributeTargets.All)]
internal sealed class PieceAttribute : Attribute;

internal sealed class Box<T>
{
    public static int Size() => 1;
}
