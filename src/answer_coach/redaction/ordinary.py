"""Capitalised words that name nobody: what redaction leaves standing, unless a person lists it.

All in small letters.  A judge needs most of them: the tools, methods and roles of a data team, months, countries.
"""

from __future__ import annotations

CALENDAR = frozenset(
    (
        "am apr april aug august autumn christmas covid dec december diwali easter eid fall feb february fri friday "
        "fridays h1 h2 halloween hanukkah january jul july jun june mar march may mon monday mondays nov november "
        "oct october pm q1 q2 q3 q4 ramadan sat saturday saturdays sep sept september spring summer sun sunday "
        "sundays thanksgiving thu thursday thursdays tue tuesday tuesdays wed wednesday wednesdays winter"
    ).split()
)
# What sentences begin with, and what stands in capitals for emphasis.
PLAIN = frozenset(
    (
        "a about above according across actually after afterwards again against ah all almost along already also "
        "although always am among an and another any anybody anyone anything anyway apart are around as aside at away "
        "back basically be because been before behind being below beside besides best better between beyond big both "
        "but by can certainly clearly could currently definitely did do does doing don't done down due during each "
        "early eh eight either eleven else em end enough er especially essentially eventually ever every everybody "
        "everyone everything exactly except fifty finally fine first five following for fortunately forty four from "
        "further generally given good great had half has have having he hence her here herself hey hi him himself his "
        "honestly how however hundred i i'd i'll i'm i've if ii iii imagine in indeed initially instead into is it "
        "it's its itself iv just last lastly late lately later least left less let let's like likewise long look "
        "looking luckily made mainly make many maybe me meanwhile might mine more moreover most mostly much must my "
        "myself naturally near neither never nevertheless new next nine no nobody none nor normally not note nothing "
        "now obviously of off often oh ok okay old on once one ones only onto or originally other others otherwise "
        "our ours out outside over overall own partly people perhaps personally please plus point previously probably "
        "quite rather really recently regarding right roughly same second see seven several she should similarly "
        "simply since six small so some somebody someone something sometimes somewhat soon sorry still such suddenly "
        "sure take ten than thank thanks that that's the their them themselves then there there's therefore these "
        "they they're thing things think third thirty this those though three through throughout thus till time to "
        "today together tomorrow too top towards twelve twenty twice two uh ultimately um under unfortunately unless "
        "unlike until up upon us use usually very vi vii viii was way we we'd we'll we're we've well were what what's "
        "whatever when whenever where whereas wherever whether which while who whoever whole whom whose why with "
        "within without worse worst would yeah year years yep yes yesterday yet you you're your yours yourself"
    ).split()
)
# Roles, departments and things of any company, and headings of prepared answers.
ROLES = frozenset(
    (
        "account accounting action admin administration agent agile ai ambassador analyst analysts analytics answer "
        "approach architect architecture area assistant associate audit auditor automation background bi board brand "
        "business buyer c-level capacity career cdo ceo cfo chief chro churn cio ciso claims client clients cloud cmo "
        "code commercial committee communication company compliance context controller controlling coo council cpo "
        "cto customer customers cx data dba dean decision deck department dev developer development devops digital "
        "director directors division doctor domain driver eda engineer engineering engineers environment epic ethics "
        "evp executive experience experiment expert feature features finance financial forecast foreman framework "
        "general global goal goals governance group growth head headquarters health hr human ic impact infrastructure "
        "innovation insight insights intelligence intern it junior key kickoff kpi lab lead leader leaders leadership "
        "learning legal lessons level line logistics machine management manager managers managing manufacturing "
        "market marketing metric metrics ml-engineer mle model models north office officer onboarding operations "
        "operator ops option outcome owner payment payments people person phase pilot plan planner planning plant "
        "platform pm po portfolio pricing principal problem process procurement product production products professor "
        "program programme project projects purchasing qa quality question recommendation recruiter recruiting region "
        "report reporting research researcher resources result results retail review reviewer risk roadmap role sales "
        "science scientist scientists scrum sector security segment senior server service services shift situation "
        "slack solution sponsor sprint sre staff stage stakeholder stakeholders star steering step story strategy "
        "supply support svp system systems task tasks team teams tech technical technology test ticket trade-off "
        "training transformation ui ux vendor vice vp warehouse workshop"
    ).split()
)
METHODS = frozenset(
    (
        "a/b ab aka aml ann anova api apis arima arpu asap auc auroc automl b2b b2c b2g bayes bayesian bert boosting "
        "brier cac cagr capex carlo ccpa cd cdp ci ci/cd cli cnn cpu cpus crm crud csv ct cv cvs dag dags dau ddos "
        "defcon dna dnn dora dpia dpo dsar dwh ebit ebitda ecg eg elt eod er erd erp eta etc etl eu f1 faiss faq fifo "
        "fmea fte ftes fyi gan gantt gaussian gbm gdp gdpr gini gmm gmv gp gps gpt gpu gpus gru gui hipaa hmm html "
        "http https iaas iam icu id ids ie iid iot ip iso jsd json k-means kanban kdd kl knn kpis ks kyc lasso lda "
        "lgbm lidar lift lime llm llms lstm lte ltv mae map mape mau mbr mcmc mece ml mlops mom monte moscow mri mrr "
        "mse mvp mvps nda ndcg ner nhs nlp nlu nn nps oauth ocr oee okr okrs olap ols oltp ood oos opc opex ota p&l "
        "p95 p99 paas pc pca pcs pdf pdfs pdp pdpa pii pipl pkl plc plcs pnl poc pocs poisson pr prd prds psi r&d "
        "race raci racis rag ram rbac rct regex rest rfc rfid rfp rice rl rmse rnn roas roc roi rpa rpm saas sarima "
        "scada sdk sem seo sgd shap sim sku skus sla slas sli slo slos smape smart sme smes smote sms sop sota spc "
        "sql ssh ssl sso svd svm swot t-shirt t-sne tam tbd tco tcp tdd tf-idf tls tpu tpus uat ui umap uml url urls "
        "usb usp utc uuid vae var vat vif vm vms voc vpc vpn wacc wifi wip wow xai xml yaml yoy"
    ).split()
)
TOOLS = frozenset(
    (
        "aiops airbyte airflow alteryx amplitude android angular ansible apache argo arrow athena aurora autogluon "
        "aws azure bash beam bentoml bert bi bigquery bitbucket caffe cassandra catboost celery chatgpt chroma "
        "circleci clickhouse cobol codepipeline colab conda confluence cuda cursor cython dagster dash dask "
        "databricks datadog dataflow dataiku dataops dataproc datarobot dbt debezium delta devops django docker docs "
        "doris druid duckdb dvc dynamodb ec2 ecs eks elastic elasticsearch elk emr evidently excel fabric face "
        "fastapi feast featureform figma finops firebase fivetran flask flink fortran gcp gemini git github gitlab "
        "gke glue gradio grafana graphql groovy grpc h2o hadoop haskell hbase hdfs helm hive hopsworks hugging "
        "iceberg impala influxdb informatica ios istio java javascript jax jenkins jira jmp jupyter k8s kafka "
        "keras keycloak kibana kinesis knime kotlin kserve kubeflow kubernetes lambda langchain langgraph lightgbm "
        "linux llama llmops looker luigi macos mahout mapreduce mariadb matillion matlab matplotlib metabase metaflow "
        "microservices milvus minio miro mixpanel mlflow mlr mongodb mxnet mysql neo4j neptune nginx nifi node "
        "node.js nodejs nosql notion numba numpy ollama onnx openai openapi opencv openshift opentelemetry optuna "
        "oracle outlook pandas parquet perl php pinecone plotly polars postgres postgresql postman powerpoint prefect "
        "presto prometheus prophet pulsar pyspark pytest python pytorch qdrant qlik quicksight rabbitmq rapids ray "
        "react redash redis redshift rocksdb ruby rust s3 sagemaker salesforce sap sas scala scikit scikit-learn "
        "scipy scrum seaborn segment seldon selenium sharepoint sheets shiny singer sklearn slack snowflake snowpark "
        "sns soda spacy spark splunk spss spyder sqlite sqs stan stata streamlit superset synapse tableau teams "
        "tecton tekton tensorboard tensorflow tensorrt teradata terraform textblob tibco torch torchserve "
        "transformers trino triton typescript ubuntu unix vault vertex vespa vs vscode wandb weaviate windows word "
        "xgboost yarn yolo zeppelin zookeeper zoom"
    ).split()
)
# Names of tools that are ordinary only together; alone, the first word may be an employer.
TOGETHER = (
    "google analytics|google cloud|google sheets|google docs|google ads|google colab|google data studio"
    "|amazon web services|amazon s3|amazon sagemaker|amazon redshift|amazon bedrock|microsoft teams|microsoft excel"
    "|microsoft azure|microsoft fabric|microsoft word|microsoft office|power bi|power point|hugging face|monte carlo"
    "|north star|great expectations|new year|human resources|standard deviation|five whys|six sigma|lean six sigma"
    "|eu ai act|ai act|data vault|black friday|cyber monday|vs code|visual studio|hidden markov"
    "|weights and biases|weights & biases"
)
IN_CAPITALS = frozenset("smart rice race lime lift rag rest gan ids moscow asap ram ray".split())
"""Ordinary as acronyms only: SMART goals, but Smart Slots."""
PLACES = frozenset(
    (
        "africa african america american americans americas apac arabic asia asian asians australia australian "
        "austria austrian belgian belgium brazil brazilian britain british bulgaria bulgarian canada canadian chile "
        "china chinese christian colombia croatia croatian czech dach danish denmark dutch east eastern egypt "
        "egyptian emea england english estonia estonian ethiopia eu europe european europeans finland finnish france "
        "french german germans germany ghana greece greek hindi hungarian hungary iceland india indian indians "
        "indonesia indonesian ireland irish israel israeli italian italians italy japan japanese jewish kenya kenyan "
        "korea korean latam latin latvia lithuania malaysia mandarin mena mexican mexico moroccan morocco muslim "
        "netherlands nigeria nigerian nordic nordics northern norway norwegian pakistan pakistani peru philippines "
        "poland polish portugal portuguese romania romanian russia russian scandinavia scotland scottish serbia "
        "serbian singapore slovakia slovenia south southern spain spanish sweden swedish swiss switzerland taiwan "
        "thai thailand tunisia turkey turkish u.k u.s uae uk ukraine ukrainian urdu us usa vietnam vietnamese wales "
        "welsh west western"
    ).split()
)
KEPT = CALENDAR | PLAIN | ROLES | METHODS | TOOLS | PLACES

# First names of many countries, in small letters; those that are ordinary words too ("will", "mark", "rose") are not
# here, so that they are found within a sentence only.
GIVEN = frozenset(
    (
        "aaron abdul abdullah adam aditi aditya adrian agnieszka ahmad ahmed aisha ajay akira alan alberto alejandro "
        "aleksander alessandro alex alexander alexandra alexei ali alice alina amanda amelia amina amir amit amy ana "
        "anastasia anders andrea andreas andrei andrew andrzej angela anika anil anita anja anjali anna anne anneke "
        "annika anthony antoine antonio arjun arnaud artem arthur arun ashok astrid ayse barbara bart beatriz ben "
        "benjamin bernd bianca bjorn boris brian bruno camille carla carlos carmen carolina caroline catherine "
        "cecilia celine charles charlotte chen chiara chloe christina christine christoph christopher claire clara "
        "claudia clemens colin craig cristina daan damien daniel daniela danielle dario david deborah declan deepak "
        "denis dennis derek diana diego dieter dilip dimitri dmitri dominik dorota doug edward edwin ekaterina "
        "eleanor elena elif elisabeth elizabeth ella els elsa emil emilia emilie emily emma emmanuel enrico eric erik "
        "erika ernesto esra esther ethan eva evelyn fabian fatima fatma federico felix fernando filip fiona florian "
        "francesca francesco francisco francois frederic friederike fritz gabriel gabriela gareth gary gaurav geert "
        "georg george gerald gerard gianni gilles giovanni giulia giuseppe gonzalo graham greg gregory guido "
        "guillaume gustavo hana hannah hans harald haruto hassan heather hector heidi heiko heinrich heinz helen "
        "helena helga hendrik henrik henry hiroshi holger hugo hussein ian ibrahim igor ilse ines ingrid irene irina "
        "isabel isabella ivan jacek jacob jacques jakob jakub james jamie jan jana janet jason javier jeff jeffrey "
        "jennifer jens jeremy jerome jessica jill jim joachim joan joanna joao joel johan johann johannes john jonas "
        "jonathan jorge jose josef joseph joshua juan juergen julia julian julie juliette jutta jürgen kai karen "
        "karim karin karl karolina kasia katarina kate katharina katherine kathrin katie katrin kavita keith kelly "
        "ken kenji kevin khaled kiran klaus kristina krzysztof kumar kunal kurt lars laura lauren laurent layla lea "
        "leila lena leon leonard leonie lia liam lina linda lisa lorenzo louis louise luc luca lucas lucia lucy luis "
        "luisa lukas luke maarten magda magdalena mahmoud maja malik manfred manuel manuela marc marcel marcin marco "
        "marcus margaret maria mariam marie marina mario marion markus marta martha martin martina mary mateo mathias "
        "mathieu matteo matthew matthias maurice maya mehmet mei melanie mia michael michaela michal michel michele "
        "michelle miguel mihai mikael mike milan mina mira miriam mohamed mohammad mohammed monica monika moritz "
        "mustafa nadia nadine naomi natalia natalie natasha neha niamh nicholas nick nicola nicolas nicole niels "
        "niklas nikolai nils nina nisha noah nora nuno oleg olga olivia olivier omar oscar oskar owen pablo paolo "
        "patricia patrick paul paula paulina pedro peter petra philip philipp philippe pierre pieter piotr pooja "
        "pradeep prakash pranav priya priyanka rachel rafael rahul raj rajesh ralf ramon rania raul ravi rebecca "
        "reinhard renata rene rhys ricardo richard rita robert roberta roberto rohan rohit roland roman ronald rosa "
        "ruben rui ruth ryan sabine sabrina salma samantha samira samuel sandeep sandra sanjay santiago sara sarah "
        "sasha sean sebastian sergei sergio shan sharon shruti siddharth silke silvia simon simone sneha sofia sonia "
        "sophia sophie stefan stefanie stella stephanie stephen steve steven stuart suman sunil suresh susan susanne "
        "suzanne sven svetlana sylvia tamara tanja tanya tariq tatiana teresa thabo theo theresa thomas thorsten tim "
        "timothy tobias tom tomas tomasz tony torsten tracy ulrich ulrike ursula uwe valentina valerie vanessa vera "
        "veronica vicky victor victoria vijay vikram vincent vivek vladimir walter wei wendy werner wiebke wilhelm "
        "willem wolfgang wout xavier yan yasmin yasmine yuki yulia yusuf yvonne zainab zara zeynep zoe"
    ).split()
)
TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor sir dame herr frau monsieur madame mme mlle sr sra señor señora".split()
)
LEGAL = frozenset(
    (
        "ab ag as b.v bv co company corp corporation gmbh holding holdings inc incorporated kg kgaa limited llc llp "
        "ltd n.v nv oy plc pty pvt s.a s.p.a sa sarl sas se spa srl"
    ).split()
)
# A name that ends in one of these is a company's.
TRADES = frozenset(
    (
        "airlines airways associates bank banking bros brothers capital consulting energy foods foundation group "
        "hospital hotels industries insurance international labs logistics media motors partners pharma "
        "pharmaceuticals press railways school software solutions stores supermarkets systems technologies telecom "
        "university works"
    ).split()
)
