// A pipeline and stages of one's own; docs/authors.md explains it.
//   dotnet run --project samples/WordReport -- README.md                  all of it in this process
//   dotnet run --project samples/WordReport -- worker HOST:PORT FOLDER    a worker of the cluster whose silos meet in that Redis
using VideoGen.WordReport;

return args switch
{
    [var document] => await WholeProgram.RunAsync(document),
    ["worker", var redis, var data] => await WorkerProgram.RunAsync(redis, data),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: WordReport FILE, or WordReport worker HOST:PORT FOLDER");
    return 2;
}
