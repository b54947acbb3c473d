"""What units of the demo city are called. All invented or generic; pairs of Chinese and English."""

from __future__ import annotations

DISTRICTS = (("鹏东", "Pengdong"), ("鹏中", "Pengzhong"), ("鹏南", "Pengnan"), ("鹏西", "Pengxi"), ("鹏北", "Pengbei"),
             ("鹏港", "Penggang"))  # fmt: skip

PARTY_ORGANS = (
    ("市委组织部", "Organisation Department", "organization"),
    ("市委宣传部", "Publicity Department", "publicity"),
    ("市委统战部", "United Front Work Department", "united_front"),
    ("市委党校", "Party School", "education"),
    ("市干部网上学院", "Online Cadre College", "organization"),
    ("市委政策研究室", "Policy Research Office", "general"),
    ("市委办公厅", "General Office of the Party Committee", "general"),
    ("市纪委机关", "Discipline Inspection Commission", "discipline"),
    ("市委政法委", "Political and Legal Affairs Commission", "politics_law"),
    ("驻鹏单位工委", "Working Committee for Stationed Units", "organization"),
    ("市直机关工委", "Working Committee of City Organs", "organization"),
    ("市编办", "Staffing Commission Office", "organization"),
    ("市委老干部局", "Veteran Cadres Bureau", "organization"),
    ("市委党史研究室", "Party History Research Office", "publicity"),
    ("市委台办", "Taiwan Affairs Office", "united_front"),
    ("市委讲师团", "Lecturers' Corps", "publicity"),
    ("市文明办", "Civic Advancement Office", "publicity"),
    ("市社会主义学院", "Institute of Socialism", "united_front"),
    ("市信访办", "Letters and Calls Office", "general"),
    ("市保密局", "Secrecy Bureau", "general"),
    ("市机要局", "Cipher Bureau", "general"),
    ("市档案局", "Archives Bureau", "general"),
    ("市委督查室", "Supervision Office", "general"),
    ("市委外宣办", "External Publicity Office", "publicity"),
    ("市综治办", "Public Order Office", "politics_law"),
    ("市委农办", "Rural Work Office", "general"),
    ("鹏城日报社", "Pengcheng Daily", "publicity"),
    ("市委机关事务办", "Party Committee Services Office", "general"),
)

GOVERNMENT_ORGANS = (
    ("市人事局", "Personnel Bureau", "personnel"),
    ("市财政局", "Finance Bureau", "finance"),
    ("市发展改革局", "Development and Reform Bureau", "development"),
    ("市国资委", "State-owned Assets Commission", "state_assets"),
    ("市贸工局", "Trade and Industry Bureau", "trade"),
    ("市劳动保障局", "Labour and Social Security Bureau", "labour"),
    ("市文化局", "Culture Bureau", "publicity"),
    ("市城管局", "Urban Management Bureau", "urban"),
    ("市交通局", "Transport Bureau", "transport"),
    ("市教育局", "Education Bureau", "education"),
    ("市卫生局", "Health Bureau", "health"),
    ("市政府办公厅", "General Office of the Government", "general"),
    ("市科技信息局", "Science and Information Bureau", "science"),
    ("市民族宗教局", "Ethnic and Religious Affairs Bureau", "united_front"),
    ("市公安局", "Public Security Bureau", "politics_law"),
    ("市民政局", "Civil Affairs Bureau", "civil"),
    ("市司法局", "Justice Bureau", "politics_law"),
    ("市国土房产局", "Land and Housing Bureau", "land"),
    ("市规划局", "Planning Bureau", "land"),
    ("市建设局", "Construction Bureau", "urban"),
    ("市水务局", "Water Bureau", "urban"),
    ("市农林渔业局", "Agriculture, Forestry and Fishery Bureau", "rural"),
    ("市人口计生局", "Population and Family Planning Bureau", "health"),
    ("市审计局", "Audit Bureau", "finance"),
    ("市环保局", "Environmental Protection Bureau", "urban"),
    ("市工商局", "Industry and Commerce Administration", "market"),
    ("市质监局", "Quality Supervision Bureau", "market"),
    ("市药监局", "Drug Administration", "market"),
    ("市统计局", "Statistics Bureau", "development"),
    ("市安监局", "Work Safety Bureau", "market"),
    ("市外事办", "Foreign Affairs Office", "general"),
    ("市法制办", "Legal Affairs Office", "politics_law"),
    ("市旅游局", "Tourism Bureau", "trade"),
    ("鹏城海关", "Customs", "trade"),
    ("鹏城气象局", "Meteorological Bureau", "science"),
    ("鹏城边检总站", "Border Inspection Station", "politics_law"),
    ("市体育局", "Sports Bureau", "publicity"),
    ("市新闻出版局", "Press and Publication Bureau", "publicity"),
    ("市广播电视局", "Radio and Television Bureau", "publicity"),
    ("市知识产权局", "Intellectual Property Office", "science"),
    ("市应急办", "Emergency Office", "general"),
    ("市金融办", "Financial Services Office", "finance"),
    ("市民防办", "Civil Defence Office", "general"),
    ("鹏城国税局", "State Taxation Bureau", "finance"),
    ("市机关事务局", "Government Services Bureau", "general"),
    ("市住房保障办", "Housing Security Office", "land"),
    ("市地税局", "Local Taxation Bureau", "finance"),
    ("鹏城海事局", "Maritime Administration", "transport"),
    ("市侨务办", "Overseas Chinese Affairs Office", "united_front"),
    ("市政务服务中心", "Public Service Centre", "general"),
    ("市粮食局", "Grain Bureau", "trade"),
    ("市行政学院", "School of Administration", "education"),
)

OTHER_ORGANS = (
    ("市人大机关", "People's Congress Office", "congress"),
    ("市政协机关", "Political Consultative Conference Office", "united_front"),
    ("市中级法院", "Intermediate Court", "politics_law"),
    ("市检察院", "Procuratorate", "politics_law"),
    ("市总工会", "Federation of Trade Unions", "mass"),
    ("团市委", "Youth League Committee", "mass"),
    ("市妇联", "Women's Federation", "mass"),
    ("市团校", "Youth League School", "education"),
    ("鹏城大学", "Pengcheng University", "education"),
    ("市科协", "Science Association", "mass"),
    ("市文联", "Literature and Art Circles", "publicity"),
    ("市社科联", "Social Sciences Federation", "publicity"),
    ("市工商联", "Industry and Commerce Federation", "united_front"),
    ("市侨联", "Returned Overseas Chinese Federation", "united_front"),
    ("市残联", "Disabled Persons' Federation", "mass"),
    ("市红十字会", "Red Cross Society", "mass"),
    ("市贸促会", "Trade Promotion Council", "trade"),
    ("市记协", "Journalists Association", "publicity"),
    ("市法学会", "Law Society", "politics_law"),
    ("市消委会", "Consumer Council", "market"),
)

SCHOOLS_OF_THE_CITY = frozenset({"市委党校", "市行政学院", "市社会主义学院", "市团校", "鹏城大学"})
"""City organs that train cadres; their unit kind is `party_school` and their 40 leaders are of bureau level."""

STATIONED = frozenset({"鹏城海关", "鹏城气象局", "鹏城边检总站", "鹏城国税局", "鹏城海事局"})
"""Agencies of the nation and the province that stand in the city (驻鹏单位), counted with its government organs."""

DISTRICT_PARTY = (
    ("区委组织部", "Organisation Department", "organization"), ("区委宣传部", "Publicity Department", "publicity"),
    ("区委统战部", "United Front Work Department", "united_front"), ("区委党校", "Party School", "education"),
    ("区委办公室", "Party Committee Office", "general"), ("区纪委机关", "Discipline Inspection Commission", "discipline"),
    ("区委政法委", "Political and Legal Affairs Commission", "politics_law"), ("区编办", "Staffing Office", "organization"),
    ("区直机关工委", "Working Committee of District Organs", "organization"), ("区委老干部局", "Veteran Cadres Bureau", "organization"),
    ("区信访办", "Letters and Calls Office", "general"), ("区档案局", "Archives Bureau", "general"),
)  # fmt: skip

DISTRICT_GOVERNMENT = (
    ("区人事局", "Personnel Bureau", "personnel"), ("区财政局", "Finance Bureau", "finance"),
    ("区教育局", "Education Bureau", "education"), ("区城管局", "Urban Management Bureau", "urban"),
    ("区卫生局", "Health Bureau", "health"), ("区民政局", "Civil Affairs Bureau", "civil"),
    ("区政府办公室", "Government Office", "general"), ("区发展改革局", "Development and Reform Bureau", "development"),
    ("区国资委", "State-owned Assets Commission", "state_assets"), ("区贸工局", "Trade and Industry Bureau", "trade"),
    ("区劳动保障局", "Labour and Social Security Bureau", "labour"), ("区文化局", "Culture Bureau", "publicity"),
    ("区科技局", "Science Bureau", "science"), ("区公安分局", "Public Security Sub-bureau", "politics_law"),
    ("区司法局", "Justice Bureau", "politics_law"), ("区国土分局", "Land Sub-bureau", "land"),
    ("区规划分局", "Planning Sub-bureau", "land"), ("区交通分局", "Transport Sub-bureau", "transport"),
    ("区建设局", "Construction Bureau", "urban"), ("区水务局", "Water Bureau", "urban"),
    ("区农林局", "Agriculture and Forestry Bureau", "rural"), ("区计生局", "Family Planning Bureau", "health"),
    ("区审计局", "Audit Bureau", "finance"), ("区环保局", "Environmental Protection Bureau", "urban"),
    ("区工商分局", "Industry and Commerce Sub-bureau", "market"), ("区质监分局", "Quality Supervision Sub-bureau", "market"),
    ("区统计局", "Statistics Bureau", "development"), ("区安监局", "Work Safety Bureau", "market"),
    ("区旅游局", "Tourism Bureau", "trade"), ("区住房局", "Housing Bureau", "land"),
)  # fmt: skip

DISTRICT_OTHER = (
    ("区人大机关", "People's Congress Office", "congress"), ("区政协机关", "Consultative Conference Office", "united_front"),
    ("区法院", "Court", "politics_law"), ("区检察院", "Procuratorate", "politics_law"),
    ("区总工会", "Federation of Trade Unions", "mass"), ("团区委", "Youth League Committee", "mass"),
    ("区妇联", "Women's Federation", "mass"), ("区残联", "Disabled Persons' Federation", "mass"),
)  # fmt: skip

PLACES = (
    ("梧桐", "Wutong"), ("银湖", "Yinhu"), ("翠竹", "Cuizhu"), ("莲塘", "Liantang"), ("东湖", "Donghu"), ("笋岗", "Sungang"),
    ("清水", "Qingshui"), ("桂园", "Guiyuan"), ("华林", "Hualin"), ("香蜜", "Xiangmi"), ("景田", "Jingtian"), ("云岭", "Yunling"),
    ("海湾", "Haiwan"), ("沙河", "Shahe"), ("西丽", "Xili"), ("桃源", "Taoyuan"), ("松坪", "Songping"), ("石岩", "Shiyan"),
    ("观澜", "Guanlan"), ("龙溪", "Longxi"), ("新安", "Xin'an"), ("福永", "Fuyong"), ("平湖", "Pinghu"), ("南岭", "Nanling"),
    ("布心", "Buxin"), ("横岗", "Henggang"), ("坪山", "Pingshan"), ("葵岭", "Kuiling"), ("大梅", "Damei"), ("盐坝", "Yanba"),
    ("枫林", "Fenglin"), ("望海", "Wanghai"), ("听涛", "Tingtao"), ("紫荆", "Zijing"), ("凤凰", "Fenghuang"), ("麒麟", "Qilin"),
    ("鹤洲", "Hezhou"), ("白鹭", "Bailu"), ("青石", "Qingshi"), ("金沙", "Jinsha"), ("玉泉", "Yuquan"), ("明珠", "Mingzhu"),
    ("兴华", "Xinghua"), ("永丰", "Yongfeng"), ("和平", "Heping"), ("文昌", "Wenchang"), ("朝阳", "Chaoyang"), ("长青", "Changqing"),
    ("碧波", "Bibo"), ("榕树", "Rongshu"), ("荔枝", "Lizhi"), ("木棉", "Mumian"), ("红树", "Hongshu"), ("椰林", "Yelin"),
    ("彩虹", "Caihong"), ("晨光", "Chenguang"), ("启明", "Qiming"), ("远山", "Yuanshan"), ("静安", "Jing'an"), ("百合", "Baihe"),
)  # fmt: skip
"""Sixty place names, one per subdistrict; communities, schools and firms are built from them."""

TRADES = (
    ("投资", "Investment"), ("地铁", "Metro"), ("机场", "Airport"), ("港口", "Port"), ("能源", "Energy"), ("燃气", "Gas"),
    ("水务", "Water"), ("公交", "Transit"), ("建设", "Construction"), ("建安", "Building"), ("高速", "Expressway"), ("物业", "Property"),
    ("粮油", "Grain"), ("农产品", "Produce"), ("国际招标", "Tendering"), ("会展", "Exhibition"), ("环保", "Environment"),
    ("通信", "Telecom"), ("电力", "Power"), ("盐业", "Salt"),
)  # fmt: skip

FIRMS = (
    ("电子", "Electronics"), ("精密", "Precision"), ("软件", "Software"), ("生物", "Biotech"), ("服装", "Apparel"), ("物流", "Logistics"),
    ("塑胶", "Plastics"), ("光电", "Optics"), ("珠宝", "Jewellery"), ("印刷", "Printing"),
    ("家具", "Furniture"), ("医疗器械", "Medical Devices"),
)  # fmt: skip

INSTITUTES = ("建筑设计", "城市规划设计", "电子技术研究", "水务规划设计", "环境科学研究", "勘察测绘", "交通规划研究", "海洋研究",
              "农业科学研究", "标准技术研究", "计量质量检测", "信息技术研究", "材料研究", "气象研究", "社会科学研究")  # fmt: skip

PUBLIC_BODIES = ("图书馆", "博物馆", "文化馆", "疾病预防控制中心", "血液中心", "人才服务中心", "公证处", "救助站", "园林管理处",
                 "体育中心")  # fmt: skip
