using System.Reflection;
using VideoGen.Tasks;
using VideoGen.Tasks.Json;

namespace VideoGen.Grains.Tests.Cluster;

/// <summary>Values as no constructor makes them, but as anybody can write them to a connection.</summary>
internal static class Forged
{
    public static TaskId Id(string? text) => Make<TaskId>(text);

    public static StageName Stage(string? text) => Make<StageName>(text);

    public static JsonText Json(string? text) => Make<JsonText>(text);

    private static T Make<T>(string? text)
        where T : struct
    {
        object value = default(T);
        var field = typeof(T).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Single(field => field.FieldType == typeof(string));
        field.SetValue(value, text);
        return (T)value;
    }
}
