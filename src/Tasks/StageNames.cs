using System.Buffers;
using System.Collections.Immutable;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace VideoGen.Tasks;

/// <summary>A list of names of stages as it goes over the wire, in a message that has other lists of texts too.</summary>
/// <param name="Names">May be <c>default</c>.</param>
[Immutable, Alias("VideoGen.StageNames")]
internal readonly record struct StageNames(ImmutableArray<StageName> Names);

/// <summary>
/// Programs in which names had no type of their own send one and the same empty list of texts for all that are empty: the second one is a reference to the
/// first. So a list of names is read as the list of texts that it was, which other members may refer to, and the other way round. It is written as a list
/// that no list of texts is, since programs that read it as one of names could not resolve such a reference.
/// </summary>
[RegisterSerializer]
internal sealed class StageNamesCodec(IFieldCodec<ImmutableArray<StageName>> names, IFieldCodec<ImmutableArray<string>> texts) : IFieldCodec<StageNames>
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, StageNames value)
        where TBufferWriter : IBufferWriter<byte> =>
        names.WriteField(ref writer, fieldIdDelta, typeof(ImmutableArray<StageName>), value.Names);

    public StageNames ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        var read = texts.ReadValue(ref reader, field);
        return new StageNames(read.IsDefault ? default : [.. read.Select(text => StageName.TryParse(text, out var name, out _) ? name : default)]);
    }
}
