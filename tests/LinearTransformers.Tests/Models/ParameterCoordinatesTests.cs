using LinearTransformers.Shapes;

namespace LinearTransformers.Tests.Models;

public class ParameterCoordinatesTests
{
    private static readonly LinearTransformerShape Shape = new(3, 2, 4);

    [Fact]
    public void All_but_P_of_the_last_layer_are_live()
    {
        int[] dead = [.. ParameterCoordinates.OfP(Shape, 2, 0), .. ParameterCoordinates.OfP(Shape, 2, 1)];
        Assert.Equal(ParameterCoordinates.All(Shape).Except(dead), ParameterCoordinates.Live(Shape));
        Assert.Equal(125, ParameterCoordinates.Live(new LinearTransformerShape(3, 1, 5)).Length);
    }

    [Fact]
    public void Layers_are_made_of_the_P_and_Q_of_their_heads_and_the_model_of_layers()
    {
        for (int layer = 0; layer < 3; layer++)
        {
            Assert.Equal(
                [.. ParameterCoordinates.OfP(Shape, layer), .. ParameterCoordinates.OfQ(Shape, layer),
                    .. ParameterCoordinates.OfP(Shape, layer, 1), .. ParameterCoordinates.OfQ(Shape, layer, 1)],
                ParameterCoordinates.OfLayer(Shape, layer));
        }

        Assert.Equal(ParameterCoordinates.All(Shape), Enumerable.Range(0, 3).SelectMany(l => ParameterCoordinates.OfLayer(Shape, l)));
    }

    [Fact]
    public void Layers_and_heads_that_are_not_there_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterCoordinates.OfLayer(Shape, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterCoordinates.OfP(Shape, 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ParameterCoordinates.OfQ(Shape, -1));
    }
}
