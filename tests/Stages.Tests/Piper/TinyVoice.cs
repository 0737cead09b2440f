using System.Text.Json;
using System.Text.Json.Nodes;

namespace VideoGen.Stages.Tests.Piper;

/// <summary>
/// A voice in Piper's form that a test writes: a model (ONNX) with the inputs and the output of a real one, and the JSON beside it. It speaks in tones: each id
/// sounds for the length scale times <see cref="SamplesOfId"/> samples, as loud as the id is high; a speaker is heard by the pitch.
/// </summary>
internal sealed record TinyVoice
{
    /// <summary>Every sign has the id of its place, and each has one id.</summary>
    public const string Signs = "_^$ !'(),-.:;?abcdefhijklmnopqrstuvwxyzæçðøħŋœǀǁǂǃɐɑɒɓɔɕɖɗɘəɚɛɜɞɟ"
        + "ɠɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɶɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʕʘʙʛʜʝʟʡʢˈˌːˑ˞βθχᵻⱱg\u0303\u0327\u0329";

    private const int Float = 1;
    private const int Long = 7;

    public int SampleRate { get; init; } = 22_050;

    /// <summary>How long an id sounds at the length scale 1.</summary>
    public float SamplesOfId { get; init; } = 1_000;

    public int Speakers { get; init; } = 1;

    public bool TakesSpeaker { get; init; }

    /// <summary>What the model calls its first input.</summary>
    public string Input { get; init; } = "input";

    /// <summary>What all samples are multiplied with; a number that is none makes samples that are none.</summary>
    public float Gain { get; init; } = 0.01f;

    /// <summary>A further file that holds the gain; null where the model holds it itself, as it has to.</summary>
    public string? GainFile { get; init; }

    /// <summary>Whether the output is one row of samples, as it has to be, or two.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>Changes what the file beside the model says.</summary>
    public Action<JsonObject> Change { get; init; } = _ => { };

    /// <summary>Writes both files, and returns the path of the model.</summary>
    public string WriteTo(string folder, string name = "tiny")
    {
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, name + ".onnx");
        File.WriteAllBytes(path, Model());
        File.WriteAllText(path + ".json", Config());
        return path;
    }

    public string Config()
    {
        var ids = new JsonObject();
        for (var i = 0; i < Signs.Length; i++)
        {
            ids[Signs[i].ToString()] = new JsonArray(i);
        }

        var config = new JsonObject
        {
            ["audio"] = new JsonObject { ["sample_rate"] = SampleRate, ["quality"] = "tiny" },
            ["espeak"] = new JsonObject { ["voice"] = "en-us" },
            ["language"] = new JsonObject { ["code"] = "en_US" },
            ["inference"] = new JsonObject { ["noise_scale"] = 0.667, ["length_scale"] = 1, ["noise_w"] = 0.8 },
            ["phoneme_type"] = "espeak",
            ["phoneme_map"] = new JsonObject(),
            ["phoneme_id_map"] = ids,
            ["num_symbols"] = 256,
            ["num_speakers"] = Speakers,
            ["speaker_id_map"] = Speakers > 1 ? new JsonObject { ["ada"] = 1 } : new JsonObject(),
        };
        Change(config);
        return config.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private byte[] Model()
    {
        var graph = new Protobuf().Add(2, "tiny");
        void Node(string operation, string output, params string[] inputs) => graph.Add(1, NodeOf(operation, output, inputs));
        void Cast(string output, string input, int type) =>
            graph.Add(1, NodeOf("Cast", output, input).Add(5, new Protobuf().Add(1, "to").Add(3, (long)type).Add(20, 2L)));

        Constant(graph, "one", [1L], [1]);
        Constant(graph, "rows", [(long)Rows], [1]);
        Constant(graph, "rest", [-1L], [1]);
        Constant(graph, "zero", [0L], []);
        Constant(graph, "step", [1L], []);
        Constant(graph, "lengthAt", [1L], [1]);
        Constant(graph, "idSamples", [SamplesOfId], [1]);
        Constant(graph, "turn", [0.09f], [1]);
        if (GainFile is null)
        {
            Constant(graph, "gain", [Gain], [1]);
        }
        else
        {
            var location = new Protobuf().Add(1, "location").Add(2, GainFile);
            graph.Add(5, new Protobuf().Add(1, 1L).Add(2, (long)Float).Add(8, "gain").Add(13, location).Add(14, 1L));
        }

        // Samples of an id: the length scale, which is the second of the scales, times those at scale 1.
        Node("Gather", "scale", "scales", "lengthAt");
        Node("Mul", "perIdFloat", "scale", "idSamples");
        Cast("perId", "perIdFloat", Long);

        // The loudness of each sample: the id, once for each of its samples.
        Cast("ids", Input, Float);
        Node("Concat", "columnShape", "input_lengths", "one");
        Node("Reshape", "column", "ids", "columnShape");
        Node("Concat", "spreadShape", "input_lengths", "perId");
        Node("Expand", "spread", "column", "spreadShape");
        Node("Reshape", "loudness", "spread", "rest");

        // The tone.
        Node("Mul", "countRow", "input_lengths", "perId");
        Node("Squeeze", "count", "countRow");
        Node("Range", "places", "zero", "count", "step");
        Cast("times", "places", Float);
        Node("Mul", "turns", "times", "turn");
        if (TakesSpeaker)
        {
            Cast("speaker", "sid", Float);
            Cast("oneFloat", "one", Float);
            Node("Add", "pitch", "speaker", "oneFloat");
            Node("Mul", "angle", "turns", "pitch");
        }
        else
        {
            Node("Identity", "angle", "turns");
        }

        Node("Sin", "tone", "angle");
        Node("Mul", "loud", "tone", "loudness");
        Node("Mul", "samples", "loud", "gain");
        Node("Concat", "shape", "one", "rows", "one", "rest");
        Node("Reshape", "output", "samples", "shape");

        graph.Add(11, ValueOf(Input, Long, 1, null)).Add(11, ValueOf("input_lengths", Long, 1)).Add(11, ValueOf("scales", Float, 3));
        if (TakesSpeaker)
        {
            graph.Add(11, ValueOf("sid", Long, 1));
        }

        graph.Add(12, ValueOf("output", Float, 1, null, 1, null));
        return new Protobuf().Add(1, 8L).Add(2, "test").Add(7, graph).Add(8, new Protobuf().Add(1, "").Add(2, 13L)).ToArray();
    }

    private static Protobuf NodeOf(string operation, string output, params string[] inputs)
    {
        var node = new Protobuf();
        foreach (var input in inputs)
        {
            node.Add(1, input);
        }

        node.Add(2, output).Add(4, operation);
        return operation == "Concat" ? node.Add(5, new Protobuf().Add(1, "axis").Add(3, 0L).Add(20, 2L)) : node;
    }

    private static void Constant<T>(Protobuf graph, string name, T[] values, long[] shape)
        where T : struct
    {
        var tensor = new Protobuf();
        foreach (var length in shape)
        {
            tensor.Add(1, length);
        }

        var bytes = new byte[Buffer.ByteLength(values)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        graph.Add(5, tensor.Add(2, (long)(typeof(T) == typeof(float) ? Float : Long)).Add(8, name).Add(9, bytes));
    }

    private static Protobuf ValueOf(string name, int type, params long?[] shape)
    {
        var dimensions = new Protobuf();
        foreach (var length in shape)
        {
            dimensions.Add(1, length is { } known ? new Protobuf().Add(1, known) : new Protobuf().Add(2, "any"));
        }

        return new Protobuf().Add(1, name).Add(2, new Protobuf().Add(1, new Protobuf().Add(1, (long)type).Add(2, dimensions)));
    }
}
