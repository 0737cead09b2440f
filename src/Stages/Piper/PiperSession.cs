using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using VideoGen.Client.Stages;

namespace VideoGen.Stages.Piper;

/// <summary>
/// A model that was read into memory. Nothing else of this program touches ONNX Runtime, so that its library is loaded only where such a voice speaks.
/// </summary>
internal sealed class PiperSession : IDisposable
{
    /// <summary>The most seconds that one sentence may take.</summary>
    private const int MaxSeconds = 600;

    private const string Ids = "input";
    private const string Lengths = "input_lengths";
    private const string Scales = "scales";
    private const string Speaker = "sid";

    private readonly PiperModel _model;
    private readonly InferenceSession _session;
    private readonly string _output;

    private PiperSession(PiperModel model, InferenceSession session)
    {
        _model = model;
        _session = session;
        _output = session.OutputMetadata.ContainsKey("output") ? "output" : session.OutputNames[0];
    }

    public void Dispose() => _session.Dispose();

    /// <param name="model">Whose bytes they are.</param>
    /// <param name="bytes">Of the model, all of it.</param>
    /// <param name="threads">That one sentence may take.</param>
    /// <exception cref="StageFailedException">It is no model of Piper, or there is no ONNX Runtime for this machine.</exception>
    public static PiperSession Open(PiperModel model, byte[] bytes, int threads)
    {
        InferenceSession? session = null;
        try
        {
            OrtEnv.Instance().DisableTelemetryEvents();

            // The memory of one sentence is given back behind it, and threads that wait sleep: the processors are for the encoders.
            using var options = new SessionOptions
            {
                IntraOpNumThreads = threads,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                EnableCpuMemArena = false,
                EnableMemoryPattern = false,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");

            // A model may say that parts of it are in further files. They would be none of its hash, so they are looked for where nothing is.
            options.AddSessionConfigEntry(
                "session.model_external_initializers_file_folder_path", Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
            session = new InferenceSession(bytes, options);
            if (WhyNot(model, session) is { } lack)
            {
                throw NoVoice(model, lack);
            }

            return new PiperSession(model, session);
        }
        catch (OnnxRuntimeException exception)
        {
            throw NoVoice(model, $"ONNX Runtime cannot read it ({FirstLine(exception)})", exception);
        }
        catch (Exception exception) when (exception
            is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new StageFailedException(
                "voice.missing",
                $"The voice piper:{model.Name} cannot speak on this machine: ONNX Runtime has no library for {RuntimeInformation.RuntimeIdentifier} here. "
                + "There is one for Linux with glibc and Windows (x64, arm64) and for macOS (arm64); use another voice elsewhere.",
                innerException: exception)
            {
                IsLackOfWorker = true,
            };
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>The samples of a sentence.</summary>
    /// <exception cref="StageFailedException">The model failed, or what it made is no sound.</exception>
    public float[] Speak(PiperRequest request, CancellationToken cancellationToken)
    {
        var ids = ImmutableCollectionsMarshal.AsArray(request.Ids)!;
        float[] scales = [_model.Config.NoiseScale, request.LengthScale, _model.Config.NoiseWidth];
        using var run = new RunOptions();
        using var end = cancellationToken.Register(() => run.Terminate = true);
        using var input = OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]);
        using var lengths = OrtValue.CreateTensorValueFromMemory<long>([ids.Length], [1]);
        using var scale = OrtValue.CreateTensorValueFromMemory(scales, [3]);
        using var speaker = OrtValue.CreateTensorValueFromMemory<long>([request.Speaker], [1]);
        var values = new Dictionary<string, OrtValue>(StringComparer.Ordinal) { [Ids] = input, [Lengths] = lengths, [Scales] = scale };
        if (_session.InputMetadata.ContainsKey(Speaker))
        {
            values[Speaker] = speaker;
        }

        try
        {
            using var results = _session.Run(run, values, [_output]);
            return Samples(results[0]);
        }
        catch (OnnxRuntimeException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw NoVoice(_model, $"it failed on a sentence of {ids.Length} ids ({FirstLine(exception)})", exception);
        }
    }

    private float[] Samples(OrtValue output)
    {
        var shape = output.GetTensorTypeAndShape().Shape;
        var most = (long)MaxSeconds * _model.Config.SampleRate;
        if (shape.Length == 0 || shape[..^1].Any(length => length != 1) || shape[^1] is var count && (count == 0 || count > most))
        {
            throw NoVoice(
                _model, $"its output for a sentence has the shape [{string.Join(", ", shape)}], and one row of 1 to {most:N0} samples is expected");
        }

        var samples = output.GetTensorDataAsSpan<float>().ToArray();
        return samples.All(float.IsFinite) ? samples : throw NoVoice(_model, "its output for a sentence has samples that are no numbers");
    }

    /// <summary>What is not as Piper's models are; null where all is.</summary>
    private static string? WhyNot(PiperModel model, InferenceSession session)
    {
        var wrong = new[] { (Ids, typeof(long)), (Lengths, typeof(long)), (Scales, typeof(float)) }
            .Where(input => !session.InputMetadata.TryGetValue(input.Item1, out var there) || !there.IsTensor || there.ElementType != input.Item2)
            .Select(input => input.Item1)
            .Concat(session.InputMetadata
                .Where(input => input.Key is not (Ids or Lengths or Scales or Speaker) || (input.Key == Speaker && input.Value.ElementType != typeof(long)))
                .Select(input => input.Key))
            .ToList();
        if (wrong.Count > 0)
        {
            return $"a voice takes input, input_lengths, scales and perhaps sid, and this one takes {string.Join(", ", session.InputMetadata.Keys)}";
        }

        if (model.Config.SpeakerCount > 1 && !session.InputMetadata.ContainsKey(Speaker))
        {
            return $"{System.IO.Path.GetFileName(model.ConfigPath)} speaks of {model.Config.SpeakerCount} speakers, and the model takes none (sid)";
        }

        var output = session.OutputMetadata.GetValueOrDefault("output") ?? session.OutputMetadata.Values.First();
        return output.IsTensor && output.ElementType == typeof(float) ? null : "what it makes are no samples of 32-bit floats";
    }

    private static string FirstLine(OnnxRuntimeException exception)
    {
        var line = exception.Message.Split('\n')[0].Trim();
        return line.Length > 200 ? line[..200] + "…" : line.TrimEnd('.');
    }

    private static StageFailedException NoVoice(PiperModel model, string why, Exception? cause = null) => new(
        "voice.model", $"{model.Path} is no voice that can be used: {why}. Fetch a voice in Piper's form anew, or use another one.", innerException: cause);
}
