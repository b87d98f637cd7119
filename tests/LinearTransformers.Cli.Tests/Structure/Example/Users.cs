using LinearTransformers.Cli.Tests.Structure.Example.Below;

// A namespace for each way in which a class can name another.
namespace LinearTransformers.Cli.Tests.Structure.Example.ByBase
{
    internal sealed class User : Piece;
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByInterface
{
    internal sealed class User : IPiece;
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByInterfaceOfIt
{
    internal abstract class User : IComparer<Piece>
    {
        int IComparer<Piece>.Compare(Piece? x, Piece? y) => 0;
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByConstraint
{
    internal sealed class User<T>
        where T : IPiece;
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByAttribute
{
    [Piece]
    internal sealed class User;
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByAttributeOfParameter
{
    internal interface IUser
    {
        void Use([Piece] int number);
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByArgumentOfAttribute
{
    [System.Diagnostics.DebuggerTypeProxy(typeof(List<Piece[]>))]
    internal sealed class User;
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByProperty
{
    internal sealed class User
    {
        internal Func<Piece[]>? Property { get; set; }
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByParameter
{
    internal interface IUser
    {
        void Use(ref Piece piece);
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByEvent
{
    internal interface IUser
    {
        event Action<Piece> Happened;
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByConstruction
{
    internal static class User
    {
        internal static object Use() => new Piece();
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByCall
{
    internal static class User
    {
        internal static int Use() => Piece.Number();
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByCallOfGenericType
{
    internal static class User
    {
        internal static int Use() => Box<int>.Size();
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByArgumentOfGenericMethod
{
    internal static class User
    {
        internal static object Use() => Array.Empty<Piece>();
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByFieldAccess
{
    internal static class User
    {
        internal static int Use() => Piece.Count;
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByCast
{
    internal static class User
    {
        internal static bool Use(object piece) => piece is Piece;
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByTypeOf
{
    internal static class User
    {
        internal static Type Use() => typeof(Piece);
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByFunctionPointer
{
    internal static class User
    {
        internal static Delegate Use() => Piece.Number;
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByCatch
{
    internal static class User
    {
        internal static void Use(Action action)
        {
            try
            {
                action();
            }
            catch (PieceException)
            {
            }
        }
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.BySwitchAndClosure
{
    internal static class User
    {
        internal static Func<int> Use(int kind) => () => kind switch
        {
            0 => 7,
            1 => 1_000_000,
            2 => int.Parse("3", provider: null),
            3 => (int)Math.Round(0.5),
            _ => Piece.Number(),
        };
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByIterator
{
    internal static class User
    {
        internal static IEnumerable<int> Use()
        {
            yield return Piece.Number();
        }
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.ByNestedType
{
    internal static class User
    {
        internal static class Within
        {
            internal static int Use() => Piece.Number();
        }
    }
}

namespace LinearTransformers.Cli.Tests.Structure.Example.Apart
{
    internal static class User
    {
        internal static object Use() => new List<string>();
    }
}
